"""People and their keys: names, passphrases, the registry of the record, bounds of decisions, and what earlier versions left."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import clock
from scanner.acts import bounds, decisions, enrolment
from scanner.inventory import ledger, points
from scanner.inventory.migrations import apply
from scanner.inventory.people import keyfile, registry, standing, statements
from scanner.inventory.people.errors import PeopleError
from scanner.inventory.store import Run, Store
from scanner.policy.models import Policy, Worker
from scanner.policy.names import folded
from scanner.policy.persons import meant, one_person
from tests.scanner.officer import Day
from tests.scanner.one_person import RULES, World, outcome, phrase, rules, template, world  # noqa: F401

NAMES = st.text("サトウタロウハナコ鈴木佐藤高橋abcXYZーｰ", min_size=2, max_size=8)
UNSEEN = st.sampled_from(
    [" ", "\u3000", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f", "\U000e0101", "\t", "・"]
)


@given(NAMES, st.lists(st.tuples(st.integers(0, 8), UNSEEN)), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_a_name_is_one_however_it_is_written(
    name: str, marks: list[tuple[int, str]], form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    written = name
    for at, mark in marks:
        written = written[:at] + mark + written[at:]
    for change in (str.upper, str.lower, _wide, _hiragana, lambda t: unicodedata.normalize(form, t)):
        assert folded(change(written)) == folded(name)


def _worker(**fields: str) -> Worker:
    return Worker.model_validate(fields)


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _hiragana(text: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def test_variants_of_a_family_name_are_one_and_other_names_are_two() -> None:
    assert folded("髙﨑　一") == folded("高崎一")
    assert folded("渡邊") == folded("渡邉")
    one, other = _worker(id="W-1", name="佐藤 一"), _worker(id="W-2", name="佐藤 二")
    assert not one_person(one, other)
    assert one_person(one, _worker(id="ｗ－１", name="別人"))
    found = meant(
        Policy.model_validate({"contract": [{"id": "A", "title": "a", "worker": [one.model_dump()]}]}), "佐藤一"
    )
    assert [w.id for w in found] == ["W-1"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("short", "weak_passphrase"),
        ("aaaaaaaaaaaaaaaa", "weak_passphrase"),
        ("ひみつのことば", "weak_passphrase"),
        ("佐藤 一 W-1 satoichi", "passphrase_of_name"),
        ("あおい海と白い砂浜", ""),
        ("correct horse battery", ""),
    ],
)
def test_passphrases_are_strong_enough(text: str, code: str) -> None:
    try:
        keyfile.refuse_weak(text, ("W-1", "佐藤 一", "satoichi"))
        found = ""
    except PeopleError as error:
        found = error.code
    assert found == code


def test_what_lies_on_the_disk_forges_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "COST", 2**10)
    key = keyfile.new()
    keyfile.keep(tmp_path, "W-1", key, "a long enough passphrase")
    (path,) = keyfile.folder(tmp_path).iterdir()
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0  # there the list of the profile holds
    raw = path.read_bytes()
    assert key.private_bytes_raw().hex().encode() not in raw
    public = statements.public_of(key)
    assert statements.public_of(keyfile.opened(tmp_path, "W-1", public, "a long enough passphrase")) == public
    told = json.loads(raw)
    for secret in (told["salt"], told["nonce"], told["sealed"], public):  # whatever is there opens nothing
        with pytest.raises(PeopleError, match="wrong_passphrase"):
            keyfile.opened(tmp_path, "W-1", public, secret)
    with pytest.raises(PeopleError, match="key_missing"):
        keyfile.opened(tmp_path, "W-2", public, "a long enough passphrase")


def test_a_signature_is_over_every_field() -> None:
    key = keyfile.new()
    said = statements.statement("dismiss", point=1, code="F03-OUTSIDE", until="2027-01-01", two_persons=True, head="h")
    signature, public = statements.sign(key, said), statements.public_of(key)
    assert statements.valid(public, said, signature)
    for name in said:
        assert not statements.valid(public, {**said, name: "other"}, signature)
        assert not statements.valid(public, {k: v for k, v in said.items() if k != name}, signature)
    assert not statements.valid(public, said, "zz")
    assert not statements.valid("00", said, signature)


@given(st.lists(st.tuples(st.sampled_from(registry.KINDS), st.dictionaries(
    st.sampled_from(["said", "signatures", "of", "by", "signature"]),
    st.one_of(st.none(), st.integers(), st.text(max_size=5), st.dictionaries(
        st.sampled_from(["act", "head", "people", "number", "public", "two_persons"]), st.text(max_size=5), max_size=6)),
    max_size=5)), max_size=6))  # fmt: skip
def test_entries_of_nobody_make_nobody_a_person(entries: list[tuple[str, dict[str, object]]]) -> None:
    known = registry.Registry()
    for seq, (kind, details) in enumerate(entries, 1):
        known.apply(seq, kind, details)
    assert (known.head, known.keys, known.two_persons()) == ("", [], True)


def new(_: str) -> str:
    return "mou hitotsu no kotoba"


def test_keys_come_change_and_go(world: World) -> None:
    home = world.home
    enrolment.enrol(home, RULES, "W-6", new)
    with pytest.raises(PeopleError, match="not_enrolled"):
        world.dismiss("W-6", ask=new)
    assert enrolment.countersign(home, RULES, "W-6", "W-1", phrase).missing == 1
    assert enrolment.countersign(home, RULES, "W-6", "W-2", phrase).missing == 0
    asked = {"W-6": new("")}
    world.dismiss("W-1", "W-6", ask=lambda w: asked.get(w, phrase(w)))
    # a new key by the old one is in force at once; what was signed with the old one stays valid
    assert enrolment.change(home, RULES, "W-6", new, lambda _: "atarashii aikotoba") is None
    with pytest.raises(PeopleError, match="wrong_passphrase"):
        world.dismiss("W-6", point=2, ask=new)
    with closing(world.db()) as db:
        assert points.Quiet(db, clock.today()).covers("F03-OUTSIDE", 1, "")
    # a lost one takes two others
    enrolment.change(home, RULES, "W-6", None, lambda _: "mata betsu no aikotoba")
    enrolment.countersign(home, RULES, "W-6", "W-1", phrase)
    enrolment.countersign(home, RULES, "W-6", "W-2", phrase)
    world.dismiss("W-6", point=2, ask=lambda _: "mata betsu no aikotoba")
    # revoked by two others: signs nothing any more
    enrolment.revoke(home, RULES, "W-6", "W-1", phrase)
    enrolment.countersign(home, RULES, "W-6", "W-2", phrase)
    with pytest.raises(PeopleError, match="not_enrolled"):
        world.dismiss("W-6", point=3, ask=lambda _: "mata betsu no aikotoba")
    with pytest.raises(decisions.DecisionError, match="proposer_gone"):
        world.approve("W-2", point=2, ask=phrase)
    with closing(world.db()) as db:
        assert [k.number for k in registry.load(db).keys if not k.until] == ["W-1", "W-2"]
        assert list(ledger.verify(db)) == []


def test_the_rule_of_two_takes_two_to_lift_and_one_to_bring_back(world: World) -> None:
    lax = rules(two_persons=False)
    assert not world.dismiss("W-1", under=lax)  # a policy alone lifts nothing
    enrolment.rule(world.home, lax, False, "W-1", phrase)
    assert not world.dismiss("W-1", under=lax)
    enrolment.countersign(world.home, lax, "", "W-2", phrase)
    assert not world.dismiss("W-1", under=RULES)  # nor the rule, under a policy that asks for two
    assert world.dismiss("W-1", under=lax)
    enrolment.rule(world.home, lax, True, "W-2", phrase)
    assert not world.dismiss("W-1", point=2, under=lax)
    with closing(world.db()) as db:  # what one decided while one was enough holds
        assert points.Quiet(db, clock.today()).covers("F03-OUTSIDE", 1, "")


def test_a_number_that_means_somebody_else_now_signs_nothing(world: World) -> None:
    contract = RULES.policy.contract[0]
    workers = tuple(w.model_copy(update={"name": "別人 三"}) if w.id == "W-2" else w for w in contract.worker)
    policy = RULES.policy.model_copy(update={"contract": (contract.model_copy(update={"worker": workers}),)})
    with pytest.raises(PeopleError, match="other_name"):
        world.dismiss("W-2", ask=phrase, under=type(RULES)(policy, RULES.digest))


@pytest.mark.parametrize(
    ("pattern", "most", "code"),
    [
        ("*", 5, "pattern_no_folder"),
        ("/*", 5, "pattern_no_folder"),
        ("/[s]hare/*", 5, "pattern_no_folder"),
        ("share/*", 5, "pattern_no_folder"),
        ("/other/*", 5, "pattern_not_this"),
        ("/share/*.csv", 0, "pattern_no_most"),
        ("/share/*.csv", bounds.MOST + 1, "pattern_no_most"),
        ("/share/*.csv", 5, ""),
    ],
)
def test_a_pattern_has_a_place_and_a_number(pattern: str, most: int, code: str) -> None:
    assert bounds.problem(pattern, most, b"/share/1.csv") == code


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_a_year_is_a_year(day: date) -> None:
    last = bounds.a_year_after(day)
    assert 364 <= (last - day).days <= 366


def test_a_pattern_covers_no_more_than_its_number_and_says_so(world: World) -> None:
    wish = decisions.Wish("dismiss", "様式", bounds.a_year_after(clock.today()), "/share/*.csv", 3)
    decisions.end(world.home, RULES, 1, wish, "W-1", phrase, "W-2")
    world.scan()
    assert _open(world) == []
    with Store(world.home.database) as store:
        store.begin(Run("t", "rules", "quick", ("/share",)))
        store.put(outcome(4), 1)
    assert len(world.entries("pattern_exceeded")) == 1
    world.scan()
    assert _open(world) == [1, 2, 3, 4]
    assert len(world.entries("pattern_exceeded")) == 1
    with closing(world.db()) as db:
        db.row_factory = sqlite3.Row
        (row,) = db.execute(standing.SELECT).fetchall()
        assert (row["exceeded"] is not None, standing.Standings(db).of(row)) == (True, standing.SIGNED)


def _open(world: World) -> list[int]:
    with closing(world.db()) as db:
        return [n for (n,) in db.execute("select file_id from points where state = 'open' order by file_id")]


def test_what_was_decided_before_people_had_keys_holds_and_is_unsigned(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    apply(str(path))
    with Store(path) as store:
        store.begin(Run("t", "rules", "quick", ("/share",)))
        store.put(outcome(1), 1)
    moment = clock.stamp()
    insert = (
        "insert into suppressions (code, file_id, content_id, subject, reason, by, reviewer, made, expires)"
        " values ('F03-OUTSIDE', ?, (select content_id from files where id = 1), '', '理由', ?, '乙', ?, '2999-01-01')"
    )
    with Store(path, only_notes=True) as store, store.transaction() as db:
        db.execute(insert, (1, "甲", moment))
        told = {"point": 1, "code": "F03-OUTSIDE", "action": "accept", "by": "甲", "reviewer": "乙"}
        ledger.append(db, "decided", **told)  # type: ignore[arg-type]
        db.execute(insert, (1, "丙", moment))
        noted = {"point": 1, "code": "F03-OUTSIDE", "action": "review", "by": "丙", "reviewer": "乙"}
        ledger.append(db, "decided", **noted)  # type: ignore[arg-type]
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        found = [standing.Standings(db).of(r) for r in db.execute(f"{standing.SELECT} order by s.id").fetchall()]
        assert found == [standing.UNSIGNED, standing.BROKEN]
        assert points.Quiet(db, clock.today()).covers("F03-OUTSIDE", 1, "")


def test_decisions_come_along_when_inventories_are_joined(world: World, tmp_path: Path) -> None:
    from scanner.acts.merge import merge

    world.dismiss("W-1", "W-2", ask=phrase)
    world.edit("update suppressions set reason = 'x' where id = 99")
    other = tmp_path / "PC-2"
    other.mkdir()
    with Store(other / "inventory.db", only_notes=True) as store:
        store.note("declared")
    with closing(sqlite3.connect(other / "inventory.db")) as db:
        db.execute("drop trigger ledger_no_update")
        db.execute("update ledger set host = 'PC-2'")
        db.commit()
    target = tmp_path / "joined" / "inventory.db"
    target.parent.mkdir()
    merge([world.home.database, other / "inventory.db"], target)
    with closing(sqlite3.connect(target)) as db:
        file_id = db.execute("select file_id from suppressions").fetchone()[0]
        assert points.Quiet(db, clock.today()).covers("F03-OUTSIDE", int(file_id), "")
        db.execute("update suppressions set reason = 'anything'")
        assert not points.Quiet(db, clock.today()).covers("F03-OUTSIDE", int(file_id), "")


@pytest.mark.slow
def test_people_from_the_command_line(day: Day, tmp_path: Path) -> None:
    day.scan()
    assert "people begin" in day.run("people", "enrol", "W-2", *day.signs("W-2")).err
    day.begin()
    listed = day.run("people", "list", policy=False)
    head = (day.home / "keys/people/head").read_text()
    assert head in listed.out
    assert day.run("people", "begin", "W-1", "W-2", *day.signs("W-1", "W-2")).code == 2
    open_to_all = tmp_path / "open.passphrase"
    open_to_all.write_text("mou hitotsu no kotoba\n")
    open_to_all.chmod(0o644)
    refused = day.run("people", "change", "W-1", *day.signs("W-1"), "--passphrase-file", open_to_all)
    assert (refused.code, "chmod 600" in refused.err) == (2, True)
    changed = day.run("people", "change", "W-1", stdin="あおい海と白い砂浜\nmou hitotsu no kotoba\n")
    assert changed.code == 0, changed.err
    assert "kotoba" not in changed.out + changed.err
    waits = day.run("people", "revoke", "W-2", "--by", "W-1", stdin="mou hitotsu no kotoba\n")
    assert (waits.code, "1 more" in waits.out) == (0, True)
    alone = day.run("people", "countersign", "W-2", "--by", "W-1", stdin="mou hitotsu no kotoba\n")
    assert alone.code == 2
    assert day.run("people", "countersign", "--by", "W-1").code == 2
    shutil.rmtree(day.home / "keys/people")  # without its keys the record still says whose are in force
    assert "W-2" in day.run("people", "list", policy=False).out
    told = [json.loads(d) for (d,) in day.db().execute("select details from ledger where kind = 'attempt_refused'")]
    assert [x["why"] for x in told] == ["founded_already", "signed_already"]


def test_checks_that_were_begun_before_do_not_keep_their_answers(tmp_path: Path) -> None:
    from scanner.inventory.migrations import steps
    from scanner.inventory.transaction import transaction

    path = tmp_path / "inventory.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        with transaction(db, path):
            steps(db, "m007_people")
            for state in ("waiting", "waiting", "released", "stopped"):
                told = json.dumps({"persons": [12, 12], "kinds": ["PERSON"], "consent": "承諾-9"}, ensure_ascii=False)
                db.execute("insert into gates (act, state, summary) values ('send', ?, ?)", (state, told))
            db.execute("insert into answers (gate_id, worker) values (2, 'W-1')")
    with Store(path, only_notes=True) as store:
        rows = store.connection.execute("select state, summary from gates order by id").fetchall()
    assert [r[0] for r in rows] == ["waiting", "withdrawn", "released", "stopped"]
    assert ["承諾-9" in r[1] for r in rows] == [False, False, True, True]


def test_a_decision_about_a_worker_of_one_contract_says_nothing_of_another(world: World) -> None:
    facts = [points.Fact("F11-UNTRAINED", subject="worker:W-1", contract=c) for c in ("A", "B")]

    def settled() -> list[tuple[int, str]]:
        with Store(world.home.database) as store:
            store.begin(Run("t", "rules", "quick", ("/share",)))
            store.settle(facts, ("F11-UNTRAINED",))
            found = "select id, contract from points where state = 'open' and code = 'F11-UNTRAINED' order by contract"
            return [tuple(r) for r in store.connection.execute(found).fetchall()]

    (number, _), _ = opened = settled()
    assert [c for _, c in opened] == ["A", "B"]
    assert world.dismiss("W-1", "W-2", point=number, ask=phrase)
    assert [c for _, c in settled()] == ["B"]
