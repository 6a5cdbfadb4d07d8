"""Consented against observed: the worked table of ``consents.toml``, and what holds of every sum whatever the consents."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.custody.arithmetic import Family, settle
from scanner.custody.assignment import assign
from scanner.custody.locations import Location
from scanner.inventory.custody import Original
from scanner.model import Copy, Ground, VerdictKind
from scanner.policy.models import Policy

TODAY = date(2026, 11, 23)
ORIGINAL = Original(
    1, "A", b"/s/list.xlsx", b"k", "xlsx", 1, "provided", "2026-04-01", "", "", None, 100, 0, 100, 100, (), "id", "held", "t"
)  # fmt: skip
TABLE = tomllib.loads((Path(__file__).parent / "consents.toml").read_text(encoding="utf-8"))["case"]
PLACES = {"store": "/s", "desk": "/d", "work-1": "/w1", "backup-a": "/bk/backup-a"}
GROUNDS = {
    "outside": Ground.FIXED, "backup": Ground.BACKUP, "temp": Ground.TEMP, "recycle": Ground.RECYCLE_BIN, "usb": Ground.REMOVABLE,
    "cloud": Ground.CLOUD_SYNC, "mailstore": Ground.MAIL_STORE, "mail": Ground.FIXED,
}  # fmt: skip


def policy(*consents: object, others: object = (), carryouts: object = ()) -> Policy:
    places = [{"id": name, "kind": "storage", "path": path, "consent": "c-0"} for name, path in PLACES.items()]
    parties = [
        {"id": "P-0", "kind": "entruster", "name": "委託者", "domains": ["city.example.jp"]},
        {"id": "P-1", "kind": "contractor", "name": "受託者", "domains": ["ours.example.jp"]},
        {"id": "P-2", "kind": "subcontractor", "name": "印刷所", "domains": ["print.example.net", "print.example.org"]},
    ]
    one = {"id": "A", "title": "a", "place": places, "party": parties, "consent": list(consents), "carryout": carryouts}
    two = {"id": "B", "title": "b", "place": [{"id": "b", "kind": "work", "path": "/b"}], "consent": others}
    return Policy.model_validate({"contract": [one, two]})


def at(number: int, place: str = "store", **more: Any) -> Location:
    """A location of the table: ``place`` is a registered place, ``b``, ``lapsed`` (desk after its time) or a kind of storage."""
    verdict, ground, inside = VerdictKind.OUTSIDE, GROUNDS.get(place, Ground.FIXED), ("", "")
    if place in PLACES or place == "b":
        verdict = VerdictKind.IN_PLACE
        inside = ("B", "B/b") if place == "b" else ("A", f"A/{place}")
    elif place == "lapsed":
        verdict, inside = VerdictKind.EXPIRED, ("A", "A/desk")
    name = str(more.get("name", f"{number}.csv"))
    to = str(more.get("to", ""))
    copy = Copy(1, 100, 100, 100, 0, 0, 0, exact="exact" in more, weak="weak" in more)
    return Location(
        number,
        str(more.get("path", f"{PLACES.get(place, '/x')}/{name}")),
        name,
        verdict,
        ground,
        *inside,
        str(more.get("type", "message/rfc822" if place == "mail" else "text/csv")),
        f"{more.get('seen', f'2026-11-{number:02}')}T00:00:00Z",
        copy,
        str(more.get("volume", "")),
        str(more.get("declared", "")),
        "",
        tuple(to.split(",")) if to else (),
        date.fromisoformat(str(more["touched"])) if "touched" in more else None,
    )


HELD = at(1, exact=True, path="/s/list.xlsx")


def settled(rules: Policy | None, *locations: Location, moved: bool = False) -> Family:
    return settle(rules, ORIGINAL, [*([] if moved else [HELD]), *locations], TODAY)


def codes(family: Family) -> list[str]:
    return sorted(f"{file} {code}" for file, found in family.points.items() for code in found)


def written(line: str) -> Location:
    number, place, *rest = line.split()
    return at(int(number), place, **{word.partition("=")[0]: word.partition("=")[2] or "yes" for word in rest})


@pytest.mark.parametrize("case", TABLE, ids=[f"{n}:{c['article']}" for n, c in enumerate(TABLE, 1)])
def test_what_the_contract_says(case: dict[str, Any]) -> None:
    rules = policy(*case.get("consents", ()), others=case.get("others", ()), carryouts=case.get("carryouts", ()))
    family = settled(rules, *map(written, case["files"]), moved=case.get("moved", False))
    said = f"{family.observed} - {family.permitted} - {family.originals} = {family.excess}"
    uses = [
        f"{u.consent.id} {u.used}/{'-' if u.consent.copies_max is None else u.consent.copies_max}" for u in family.uses
    ]
    apart = f"{len(family.technical)} - {family.technical_permitted}"
    assert {"points": codes(family), "sum": said, "apart": apart, "uses": uses} == {
        "points": sorted(case.get("points", [])),
        "sum": case["sum"],
        "apart": case.get("apart", "0 - 0"),
        "uses": case.get("uses", []),
    }, case["says"]


def test_the_table_is_large_and_every_case_says_something_of_its_own() -> None:
    assert len(TABLE) >= 60
    assert len({case["says"] for case in TABLE}) == len(TABLE)


def test_the_working_redoes_the_sum_and_names_what_does_not_apply() -> None:
    rules = policy(
        {"id": "C1", "kind": "copy", "place": "store", "copies_max": 1},
        {"id": "C2", "kind": "copy", "place": "desk", "copies_max": 9, "valid_to": "2026-12-31"},
        {"id": "S1", "kind": "send", "recipients": ["ok.example.com"]},
    )
    working = settled(rules, at(2), at(3)).points[3]["F07-EXCESS"]
    terms = {k: working[k] for k in ("observed", "consented", "original", "excess", "class", "date", "since")}
    assert terms == {
        "observed": 3, "consented": 1, "original": 1, "excess": 1, "class": "deliberate", "date": "2026-11-23", "since": "2026-11-03",
    }  # fmt: skip
    assert working["consents"] == ["C1: copies 1, used 1, place store, from -, until -"]
    assert working["elsewhere"] == ["C2: place", "S1: kind"]


def test_of_technical_copies_the_working_tells_their_own_sum() -> None:
    working = settled(policy({"id": "T", "kind": "technical", "media": ["temp"]}), at(2, "backup"), at(3, "temp"))
    found = working.points[2]["F07-UNDECLARED"]
    assert (found["observed"], found["consented"], found["original"], found["excess"]) == (2, 1, 0, 1)
    assert (found["severity"], found["elsewhere"]) == ("low", ["T: class"])


def test_without_a_policy_copies_are_undeclared() -> None:
    assert codes(settled(None, at(2))) == ["2 F07-UNDECLARED"]


@pytest.mark.parametrize("until", [None, "2026-11-22"])
def test_a_place_of_two_contracts_is_a_place_of_each(until: str | None) -> None:
    """The same folder, registered by both: which of them the verdict names does not matter."""
    room = {"id": "room", "kind": "work", "path": "/room"}
    consents = [
        {"id": "C1", "kind": "copy", "copies_max": 1},
        {"id": "C2", "kind": "copy", "place": "room", "copies_max": 1},
    ]
    one = {"id": "A", "title": "a", "place": [{**room, "valid_to": until}], "consent": consents}
    rules = Policy.model_validate({"contract": [one, {"id": "B", "title": "b", "place": [{**room, "id": "raum"}]}]})
    copies = [replace(at(n, "outside"), verdict=VerdictKind.IN_PLACE, contract="B", place="B/raum") for n in (2, 3)]
    family = settled(rules, *copies)
    assert {one.place for one in family.copies} == {"A/room"}
    assert codes(family) == ([] if until is None else ["3 F07-EXCESS"]), "a place whose days are over is none for C1"


@pytest.mark.parametrize(
    ("consent", "words"),
    [
        ({"kind": "copy", "place": "nowhere"}, "no_such_place"),
        ({"kind": "technical", "place": "nowhere"}, "no_such_place"),
        ({"kind": "technical", "place": "relative/folder"}, "no_such_place"),
        ({"kind": "technical", "media": ["bakcup"]}, "no_such_class"),
    ],
)
def test_a_consent_that_names_what_is_not_there_is_refused(consent: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        policy({"id": "c", **consent})


# --- what holds of every sum ---

WHERE = st.sampled_from([*PLACES, *GROUNDS, "b", "lapsed"])
DAYS = st.dates(date(2026, 10, 1), TODAY)
RECIPIENTS = st.sampled_from(["ok.example.com", "other.example.org", "print.example.net", "ours.example.jp", "…"])
FILES = st.lists(
    st.builds(
        lambda where, name, to, seen, exact, weak: (where, name, to, seen.isoformat(), exact, weak),
        WHERE,
        st.sampled_from(["名簿.csv", "~名簿.tmp", "名簿.bak", "送信済み.mbox"]),
        st.lists(RECIPIENTS, max_size=2),
        DAYS,
        st.booleans(),
        st.integers(0, 5).map(lambda n: n == 0),
    ),
    max_size=8,
)
CONSENTS = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"kind": st.just("copy"), "place": st.sampled_from([None, *PLACES]), "copies_max": st.sampled_from([None, 0, 1, 2, 5])},
            optional={"valid_from": DAYS, "withdrawn_on": st.just(TODAY), "scope": st.sampled_from([("R-1",), ("R-2",)])},
        ),
        st.fixed_dictionaries(
            {"kind": st.just("send"), "recipients": st.lists(RECIPIENTS, max_size=2), "copies_max": st.sampled_from([None, 1, 2])}
        ),
        st.fixed_dictionaries(
            {
                "kind": st.just("technical"),
                "media": st.lists(st.sampled_from(["backup", "temp", "autosave", "cloud_sync", "mail_store"]), max_size=2),
                "place": st.sampled_from([None, "backup-a"]),
                "copies_max": st.sampled_from([None, 1, 2]),
            }
        ),
        st.fixed_dictionaries({"kind": st.sampled_from(["place", "other_use", "subcontract", "carryout"])}),
    ),
    max_size=5,
)  # fmt: skip


def numbered(consents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": f"C{n}", **consent} for n, consent in enumerate(consents, 1)]


def located(number: int, file: tuple[str, str, list[str], str, bool, bool]) -> Location:
    where, name, to, seen, exact, weak = file
    more = {
        "name": name,
        "to": ",".join(to),
        "seen": seen,
        **({"exact": 1} if exact else {}),
        **({"weak": 1} if weak and not exact else {}),
    }
    return at(number, where, **more)  # fmt: skip


def judged(consents: list[dict[str, Any]], files: list[Any]) -> Family:
    found = [located(n, file) for n, file in enumerate(files, 2)]
    return settled(policy(*numbered(consents)), *found, moved=bool(files) and files[0][4])


@given(CONSENTS, FILES)
def test_the_sum_is_whole_and_never_below_zero(consents: list[dict[str, Any]], files: list[Any]) -> None:
    family = judged(consents, files)
    assert family.excess >= 0
    assert family.excess + family.permitted + family.originals == family.observed
    assert family.technical_permitted <= len(family.technical)
    for use in family.uses:
        assert use.consent.copies_max is None or 0 <= use.used <= use.consent.copies_max
    uncovered = {
        f for f, found in family.points.items() if {c for c in found if c.startswith("F07-") and c != "F07-SEND"}
    }
    strong = {one.file_id for one in (*family.copies, *family.technical)}
    assert uncovered == strong - set(family.covered), "every copy is permitted or pointed out, never both"


@given(CONSENTS, FILES, st.integers(0, 5))
def test_a_consent_that_does_not_apply_changes_nothing(
    consents: list[dict[str, Any]], files: list[Any], at_: int
) -> None:
    before = judged(consents, files)
    for idle in (
        {"kind": "copy", "scope": ("R-9",)},
        {"kind": "copy", "valid_to": date(2026, 9, 1), "copies_max": 0, "scope": ("R-9",)},
        {"kind": "other_use", "place": "nowhere"},
        {"kind": "subcontract"},
        {"kind": "technical", "place": "/nowhere"},
        {"kind": "send", "recipients": ["nobody.example.info"], "scope": ("R-9",)},
    ):
        named = numbered(consents)
        named.insert(min(at_, len(named)), {"id": "idle", **idle})
        found = [located(n, file) for n, file in enumerate(files, 2)]
        after = settled(policy(*named), *found, moved=bool(files) and files[0][4])
        assert (after.covered, codes(after)) == (before.covered, codes(before))


@given(CONSENTS, FILES.filter(bool))
def test_a_further_copy_never_lowers_the_excess(consents: list[dict[str, Any]], files: list[Any]) -> None:
    moved = files[0][4]
    found = [located(n, file) for n, file in enumerate(files, 2)]
    rules = policy(*numbered(consents))
    fewer, more = settled(rules, *found[:-1], moved=moved), settled(rules, *found, moved=moved)
    assert more.excess >= fewer.excess


@given(CONSENTS, FILES, st.randoms())
def test_the_order_of_the_register_and_of_the_files_does_not_matter(
    consents: list[dict[str, Any]], files: list[Any], random: Any
) -> None:
    found = [located(n, file) for n, file in enumerate(files, 2)]
    first = settled(policy(*numbered(consents)), *found)
    named = numbered(consents)
    random.shuffle(named)
    random.shuffle(found)
    second = settled(policy(*named), *found)
    assert (first.covered, codes(first)) == (second.covered, codes(second))


@given(
    st.lists(st.sets(st.sampled_from("abcd"), max_size=3), max_size=7),
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
)
def test_no_other_assignment_covers_more(wants: list[set[str]], room: list[int]) -> None:
    rooms = dict(zip("abcd", room, strict=True))
    found = assign([(n, tuple(sorted(w))) for n, w in enumerate(wants)], rooms)
    assert all(found[n] in wants[n] for n in found)

    def most(at_: int, left: dict[str, int]) -> int:
        if at_ == len(wants):
            return 0
        best = most(at_ + 1, left)
        for consent in wants[at_]:
            if left[consent]:
                best = max(best, 1 + most(at_ + 1, {**left, consent: left[consent] - 1}))
        return best

    assert len(found) == most(0, rooms)


@pytest.mark.parametrize(
    "folder",
    ["/srv/送信用/市役所", "C:\\案件\\送信用\\市役所", "\\\\fs1\\案件\\送信用\\市役所", "smb://fs1/案件/送信用/市役所"],
)
def test_a_folder_for_sending_is_one_on_every_system(folder: str) -> None:
    mark = "\\" if "\\" in folder else "/"
    assert at(2, path=f"{folder}{mark}名簿.csv").sending
    assert at(2, path=f"{folder}{mark}名簿.csv").goes_to == ("市役所",)
    assert not at(2, path=f"{folder.replace('送信用', '受信')}{mark}名簿.csv").sending


def test_the_consent_that_was_declared_covers_the_copy_where_several_would() -> None:
    consents = [{"id": n, "kind": "copy", "place": "desk", "copies_max": 1} for n in ("c-1", "c-2", "c-3")]
    for declared in ("c-1", "c-2", "c-3"):
        family = settle(policy(*consents), ORIGINAL, [HELD, at(2, "desk", declared=declared)], TODAY)
        assert family.covered == {2: declared}


def test_only_weak_evidence_stands_apart_and_counts_as_no_copy() -> None:
    family = settle(policy(), ORIGINAL, [HELD, at(2, "desk"), at(3, "outside", weak=True)], TODAY)
    assert [found.file_id for found in family.weak] == [3]
    assert family.observed == 2
    assert 3 not in family.facts


@given(CONSENTS, FILES)
def test_every_file_stands_in_one_list_and_every_consent_in_one_state(
    consents: list[dict[str, Any]], files: list[Any]
) -> None:
    found = [located(n, file) for n, file in enumerate(files, 2)]
    registered = {one.file_id: "別の原本" for one in found[::3]}
    moved = bool(files) and files[0][4]
    rules = policy(*numbered(consents))
    family = settle(rules, ORIGINAL, [*([] if moved else [HELD]), *found], TODAY, others=registered)
    lists = [[one.file_id for one in held] for held in (family.live, family.weak, family.registered)]
    there = {one.file_id for one in (found if moved else [HELD, *found])}
    assert sorted(n for held in lists for n in held) == sorted(there), "nothing is left out, nothing counted twice"
    assert (family.original_at in family.live) == bool(family.originals)
    assert {one.file_id for one in family.registered} == {
        one.file_id
        for one in found
        if one.file_id in registered and not one.copy.weak and one is not family.original_at
    }
    for use in family.uses:
        left = use.consent.copies_max
        assert use.state == (
            "used" if use.used else "not_about" if not use.about else "unused" if use.in_force else "not_in_force"
        )
        free = use.about and use.in_force
        assert use.unused == ((left if left is None else left - use.used) if free else 0)


@pytest.mark.parametrize("own", [2, 3, 4])
def test_the_received_file_itself_is_the_original_before_its_earlier_copies(own: int) -> None:
    paths = {n: "/s/list.xlsx" if n == own else f"/d/{n}.xlsx" for n in (2, 3, 4)}
    exact = [at(n, exact=True, path=path) for n, path in paths.items()]
    found = settle(policy(), ORIGINAL, [at(5, path="/s/elsewhere.xlsx"), *exact[::-1]], TODAY).original_at
    assert found is not None
    assert found.file_id == own
    rest = [one for one in exact if one.file_id != own]
    stands = settle(policy(), ORIGINAL, [*rest[::-1], at(5)], TODAY).original_at
    assert stands is not None
    assert stands.file_id == min(one.file_id for one in rest), "of the same bytes, the first that was seen"
    assert settle(policy(), ORIGINAL, [at(5)], TODAY).original_at is None


def test_a_point_tells_shares_and_rows_of_the_copy() -> None:
    part = replace(at(2), copy=Copy(1, 7, 30, 90, 11, 0, 0))
    facts = settled(policy(), part).points[2]["F07-UNDECLARED"]
    assert (facts["family"], facts["contract"], facts["rows"]) == (ORIGINAL.family, "A", 7)
    assert facts["share_of_file"] == pytest.approx(part.copy.share_here, abs=5e-5)
    assert facts["share_of_original"] == pytest.approx(part.copy.share_there, abs=5e-5)
    assert all(len(str(facts[name])) <= len("0.1234") for name in ("share_of_file", "share_of_original"))
