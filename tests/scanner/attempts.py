"""What one person may try who has a worker's key and the machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

import pytest

from scanner import clock
from scanner.acts import decisions, enrolment
from scanner.inventory.installation import installation_key
from scanner.inventory.people import keyfile, registry, statements
from scanner.inventory.store import Store
from tests import moments
from tests.scanner.one_person import RULES, WORKERS, World, mine, phrase, rules


def reviewer(text: str) -> Callable[[World], object]:
    """One signs as the first and, under this name, as the second."""
    return lambda w: w.dismiss("W-1", text)


def enrols(worker: str) -> Callable[[World], object]:
    """A second key under another entry of the register."""
    return lambda w: enrolment.enrol(w.home, RULES, worker, lambda _: "mou hitotsu no kotoba")


def invented_and_vouched_for_alone(w: World) -> None:
    enrolment.enrol(w.home, RULES, "W-6", lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-6", "W-1", mine)
    enrolment.countersign(w.home, RULES, "W-6", "サトウタロウ", mine)


def invented_and_used(w: World) -> None:
    enrolment.enrol(w.home, RULES, "W-6", lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-6", "W-1", mine)
    w.dismiss("W-1", "W-6")


def vouches_for_oneself(w: World) -> None:
    enrolment.enrol(w.home, RULES, "W-6", lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-6", "高橋一", lambda _: "mou hitotsu no kotoba")


def forged_countersignature(w: World) -> None:
    waiting = enrolment.enrol(w.home, RULES, "W-6", lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-6", "W-1", mine)
    signature = w.entries("person_countersigned")[0]["signature"]
    w.forge(("person_countersigned", {"of": waiting.seq, "by": "W-2", "signature": signature}))
    w.dismiss("W-1", "W-6")


def second_ceremony(w: World) -> None:
    enrolment.begin(w.home, RULES, "W-1", "W-6", phrase)


def ceremony_in_a_new_record(w: World) -> None:
    for left in w.home.path.glob("inventory.db*"):
        left.unlink()
    (w.home.keys / "installation.key").unlink()
    installation_key(w.home)
    Store(w.home.database).close()
    enrolment.begin(w.home, RULES, "W-1", "W-6", phrase)


def forged_ceremony(w: World) -> None:
    """A whole ceremony of the person's own behind the first."""
    keys = {n: keyfile.new() for n in ("W-1", "W-6")}
    told = [{"number": n, "public": statements.public_of(k), "name": registry.name_tag(statements.public_of(k), x["name"])}
            for (n, k), x in zip(keys.items(), (WORKERS[0], WORKERS[5]), strict=True)]  # fmt: skip
    said = statements.statement("found", people=told, policy=RULES.digest)
    w.forge(("person_founded", {"said": said, "signatures": {n: statements.sign(k, said) for n, k in keys.items()}}))
    for number, key in keys.items():
        keyfile.keep(w.home.keys, number, key, phrase("W-1"))
    w.dismiss("W-1", "W-6")


def replaced_key_file(w: World) -> None:
    other = keyfile.new()
    keyfile.keep(w.home.keys, "W-2", other, phrase("W-1"))
    path = keyfile.folder(w.home.keys) / f"W-2.{statements.public_of(other)[:16]}.key"
    mine_, theirs = path, next(p for p in keyfile.folder(w.home.keys).glob("W-2.*") if p != path)
    mine_.replace(theirs)
    w.dismiss("W-1", "W-2")


def replaced_key_under_the_same_public_key(w: World) -> None:
    theirs = w.key_file("W-2")
    public = json.loads(theirs.read_text())["public"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "public_of", lambda _: public)
        theirs.unlink()
        keyfile.keep(w.home.keys, "W-2", keyfile.new(), phrase("W-1"))
    w.dismiss("W-1", "W-2")


def copied_key_file(w: World) -> None:
    shutil.copy(w.key_file("W-1"), w.key_file("W-2"))
    w.dismiss("W-1", "W-2")


def damaged_key_file(w: World) -> None:
    w.key_file("W-2").write_text("{}")
    w.dismiss("W-1", "W-2")


def lost_by_another(w: World) -> None:
    """The person says that W-2 has lost the passphrase, and vouches twice."""
    enrolment.change(w.home, RULES, "W-2", None, lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-2", "W-1", mine)
    enrolment.countersign(w.home, RULES, "W-2", "W-1", mine)


def lax_policy(w: World) -> None:
    """A policy of one's own with ``two_persons = false``: the decision waits all the same."""
    assert not w.dismiss("W-1", under=rules(two_persons=False))
    w.approve("W-1", under=rules(two_persons=False))


def lax_rule_alone(w: World) -> None:
    enrolment.rule(w.home, RULES, False, "W-1", mine)
    enrolment.countersign(w.home, RULES, "", "サトウ　タロウ", mine)


def proposer_renamed(w: World) -> None:
    w.dismiss("W-1")
    w.edit("update proposals set by = 'W-2'")
    w.approve("W-1")


def reason_edited(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.edit("update proposals set reason = 'なんでも'")
    w.approve("W-1")


def statement_edited(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.edit("update proposals set said = json_set(said, '$.until', '2027-01-01')")
    w.approve("W-1")


def moved_to_another_point(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.edit("update proposals set point_id = 2")
    w.approve("W-1", point=2)


def contents_swapped(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.edit("update files set content_id = (select content_id from files where id = 2) where id = 1")
    w.approve("W-1")


def another_policy(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.approve("W-1", under=rules(two_persons=False))


def backdated(w: World) -> None:
    with moments.at("2025-06-01T00:00:00+00:00"):
        w.dismiss("W-1", "W-2", ask=phrase)


def row_added(w: World) -> None:
    w.edit(
        "insert into suppressions (code, file_id, content_id, subject, reason, by, reviewer, made, expires)"
        " select 'F03-OUTSIDE', id, content_id, '', 'x', 'W-1', 'W-2', ?, '2999-01-01' from files where id = 1",
        clock.stamp(),
    )
    w.scan()


def signed_row_turned_to_another_file(w: World) -> None:
    w.dismiss("W-1", "W-2", point=3, ask=phrase)
    w.edit("update suppressions set file_id = 1, content_id = (select content_id from files where id = 1)")
    w.scan()


def signed_row_prolonged(w: World) -> None:
    w.dismiss("W-1", "W-2", point=3, ask=phrase)
    w.edit("update suppressions set expires = '2999-01-01'")
    w.scan()


def decision_called_back_to_life(w: World) -> None:
    w.dismiss("W-1", "W-2", point=3, ask=phrase)
    decisions.revoke(w.home, RULES, 1, "W-2", "実データ", phrase)
    w.edit("update suppressions set revoked = null")
    w.scan()


def both_answers(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1")
    w.answer(number, "ｻﾄｳﾀﾛｳ")


def answers_for_another(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1")
    w.answer(number, "W-2")


def released_in_the_table(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1")
    w.edit("update gates set state = 'released'")
    assert w.shown(number) == "unproved"


def answer_replayed_as_the_second(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1")
    first = w.entries("gate_answered")[0]
    w.forge(("gate_answered", {**first, "worker": "W-2", "turn": 1}), ("gate_released", {"gate": number}))
    w.edit("update gates set state = 'released'")
    assert w.shown(number) == "unproved"


def answers_replayed_from_another_act(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1", ask=phrase)
    w.answer(number, "W-2", ask=phrase)
    assert w.shown(number) == "released"
    other = w.gate()
    answers = [("gate_answered", {**a, "gate": other}) for a in w.entries("gate_answered")]
    w.forge(*answers, ("gate_released", {"gate": other}))
    w.edit("update gates set state = 'released'")
    assert w.shown(other) == "unproved"


def bytes_swapped_after_the_question(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-2", ask=phrase)
    (w.folder / "a.csv").write_text("氏名\n丙\n丁\n戊\n", encoding="utf-8")
    w.answer(number, "W-1")


def recipient_edited(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-2", ask=phrase)
    w.edit("update gates set recipient = 'stranger.example.net'")
    w.answer(number, "W-1", recipient="stranger.example.net")


def answered_under_another_policy(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-2", ask=phrase)
    w.answer(number, "W-1", under=rules(two_persons=False))


def numbers_tried(w: World) -> None:
    for persons in range(10, 20):
        w.answer(w.gate(), "W-1", persons=str(persons))


ATTEMPTS: dict[str, Callable[[World], object]] = {
    "same number": reviewer("W-1"),
    "full-width number": reviewer("Ｗ－１"),
    "own name": reviewer("サトウ タロウ"),
    "own name without a space": reviewer("サトウタロウ"),
    "half-width kana": reviewer("ｻﾄｳ ﾀﾛｳ"),
    "hiragana": reviewer("さとう　たろう"),
    "mark without width": reviewer("サト\u200bウ\u2060タロウ"),
    "own account": reviewer("sato"),
    "own account, full width": reviewer("PC\\ＳＡＴＯ"),
    "second entry of the register": reviewer("W-3"),
    "nobody": reviewer("W-99"),
    "an invented name": reviewer("田中 実"),
    "a leaver": reviewer("W-7"),
    "another's number, own passphrase": reviewer("W-2"),
    "key for a variant of the name": enrols("W-3"),
    "key for a name with an unseen mark": enrols("W-4"),
    "key for a shared account": enrols("W-5"),
    "second key": enrols("W-1"),
}


ATTEMPTS |= {
    f.__name__.replace("_", " "): f
    for f in (
        invented_and_vouched_for_alone, invented_and_used, vouches_for_oneself, forged_countersignature, second_ceremony,
        ceremony_in_a_new_record, forged_ceremony, replaced_key_file, replaced_key_under_the_same_public_key, copied_key_file,
        damaged_key_file, lost_by_another, lax_policy, lax_rule_alone, proposer_renamed, reason_edited, statement_edited,
        moved_to_another_point, contents_swapped, another_policy, backdated, row_added, signed_row_turned_to_another_file,
        signed_row_prolonged, decision_called_back_to_life, both_answers, answers_for_another, released_in_the_table,
        answer_replayed_as_the_second, answers_replayed_from_another_act, bytes_swapped_after_the_question, recipient_edited,
        answered_under_another_policy, numbers_tried,
    )
}  # fmt: skip
