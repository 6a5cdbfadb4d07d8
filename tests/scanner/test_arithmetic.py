"""Consented against observed, case by case, each with the sum it must show."""

from __future__ import annotations

from datetime import date

import pytest

from scanner.custody.arithmetic import Family, Location, settle
from scanner.inventory.custody import Original
from scanner.model import Copy, Ground, VerdictKind
from scanner.policy.models import Policy

TODAY = date(2026, 11, 23)
ORIGINAL = Original(
    1,
    "A",
    b"/s/list.xlsx",
    b"k",
    "xlsx",
    1,
    "provided",
    "2026-04-01",
    "",
    "",
    None,
    100,
    0,
    100,
    100,
    (),
    "id",
    "held",
    "t",
)


def policy(**consent: object) -> Policy:
    places = [
        {"id": "store", "kind": "storage", "path": "/s", "consent": "c-0"},
        {"id": "desk", "kind": "work", "path": "/d", "consent": "c-0"},
    ]
    consents = [{"id": "c-1", "kind": "copy", **consent}] if consent else []
    other = {"id": "B", "title": "b", "place": [{"id": "b", "kind": "work", "path": "/b"}]}
    return Policy.model_validate({"contract": [{"id": "A", "title": "a", "place": places, "consent": consents}, other]})


def at(number: int, place: str = "store", *, ground: Ground = Ground.FIXED, name: str = "", **more: object) -> Location:
    inside = {"store": ("A", "A/store"), "desk": ("A", "A/desk"), "b": ("B", "B/b")}.get(place, ("", ""))
    verdict = VerdictKind.IN_PLACE if inside[0] else VerdictKind.OUTSIDE
    copy = Copy(1, 100, 100, 100, 0, 0, 0, exact=bool(more.pop("exact", False)), weak=bool(more.pop("weak", False)))
    path = str(more.pop("path", f"/x/{number}"))
    return Location(
        number, path, name or f"{number}.csv", verdict, ground, *inside, str(more.pop("media_type", "text/csv")),
        f"2026-11-{number:02}", copy, **more,  # type: ignore[arg-type]
    )  # fmt: skip


HELD = at(1, exact=True, path="/s/list.xlsx")


def settled(rules: Policy | None, *locations: Location) -> Family:
    return settle(rules, ORIGINAL, [HELD, *locations], TODAY)


def codes(family: Family) -> dict[int, list[str]]:
    return {file: sorted(found) for file, found in sorted(family.points.items())}


def test_the_original_alone_is_no_copy() -> None:
    family = settled(policy())
    assert (family.observed, family.allowed, family.excess, codes(family)) == (1, 0, 0, {})


def test_a_copy_that_nobody_agreed_to() -> None:
    family = settled(policy(), at(2))
    assert codes(family) == {2: ["F07-UNDECLARED"]}
    working = family.points[2]["F07-UNDECLARED"]
    assert (working["observed"], working["consented"], working["excess"]) == (2, 0, 1)
    assert working["date"] == "2026-11-23"


def test_one_copy_consented_one_too_many() -> None:
    family = settled(policy(copies_max=1, place="store"), at(2), at(3))
    assert family.covered == {2: "c-1"}, "the earlier one is the consented one"
    assert codes(family) == {3: ["F07-EXCESS"]}
    assert (family.observed, family.allowed, family.excess) == (3, 1, 1)
    assert family.points[3]["F07-EXCESS"]["consents"] == ["c-1: copies 1, place store, until -"]


def test_two_copies_consented_and_there() -> None:
    family = settled(policy(copies_max=2), at(2), at(3, "desk"))
    assert (codes(family), family.excess) == ({}, 0)


def test_consent_for_another_place_does_not_cover() -> None:
    assert codes(settled(policy(copies_max=5, place="desk"), at(2))) == {2: ["F07-UNDECLARED"]}


def test_consent_without_a_place_covers_agreed_places_only() -> None:
    assert codes(settled(policy(copies_max=5), at(2, "outside"))) == {2: ["F07-UNDECLARED"]}


@pytest.mark.parametrize(
    "dates",
    [{"valid_to": date(2026, 11, 22)}, {"valid_from": date(2026, 11, 24)}, {"withdrawn_on": date(2026, 11, 23)}],
)
def test_consent_that_is_not_in_force(dates: dict[str, date]) -> None:
    family = settled(policy(copies_max=1, **dates), at(2))
    assert codes(family) == {2: ["F07-EXPIRED"]}
    assert family.allowed == 0


@pytest.mark.parametrize("dates", [{"valid_to": TODAY}, {"valid_from": TODAY}, {"withdrawn_on": date(2026, 11, 24)}])
def test_first_and_last_day_count(dates: dict[str, date]) -> None:
    assert codes(settled(policy(copies_max=1, **dates), at(2))) == {}


def test_consent_for_another_original_does_not_cover() -> None:
    assert codes(settled(policy(copies_max=1, scope=("R-2",)), at(2))) == {2: ["F07-UNDECLARED"]}
    assert codes(settled(policy(copies_max=1, scope=("R-1",)), at(2))) == {}


def test_consent_without_a_number_has_no_limit() -> None:
    assert codes(settled(policy(place="store"), *[at(n) for n in range(2, 12)])) == {}


def test_technical_copies_count_apart() -> None:
    backup, swap = at(2, "outside", ground=Ground.BACKUP), at(3, name="~名簿.tmp")
    family = settled(policy(), backup, swap)
    assert (family.observed, family.excess) == (1, 0)
    assert codes(family) == {2: ["F07-UNDECLARED"], 3: ["F07-UNDECLARED"]}
    assert {w["severity"] for f in family.points.values() for w in f.values()} == {"low"}
    blanket = Policy.model_validate(
        {"contract": [{"id": "A", "title": "a", "consent": [{"id": "t", "kind": "technical"}]}]}
    )
    assert codes(settled(blanket, backup, swap)) == {}


def test_declared_consent_is_taken_first() -> None:
    rules = Policy.model_validate(
        {
            "contract": [
                {
                    "id": "A",
                    "title": "a",
                    "place": [{"id": "store", "kind": "storage", "path": "/s"}],
                    "consent": [{"id": n, "kind": "copy", "copies_max": 1, "place": "store"} for n in ("c-1", "c-2")],
                }
            ]
        }
    )
    family = settle(rules, ORIGINAL, [HELD, at(2), at(3, declared="c-1")], TODAY)
    assert family.covered == {3: "c-1", 2: "c-2"}


def test_carried_out() -> None:
    stick = at(2, "outside", ground=Ground.REMOVABLE, volume="1234-ABCD")
    assert codes(settled(policy(), stick)) == {2: ["F06-MEDIA", "F07-UNDECLARED"]}
    carry = {"id": "m-1", "reason": "納品", "serial": "1234-ABCD", "starts": "2026-11-20", "due": "2026-11-30"}
    rules = Policy.model_validate({"contract": [{"id": "A", "title": "a", "carryout": [carry]}]})
    assert "F06-MEDIA" not in codes(settled(rules, stick))[2]
    late = Policy.model_validate(
        {"contract": [{"id": "A", "title": "a", "carryout": [{**carry, "due": "2026-11-22"}]}]}
    )
    assert "F06-MEDIA" in codes(settled(late, stick))[2]
    other = at(2, "outside", ground=Ground.REMOVABLE, volume="9999-0000")
    assert "F06-MEDIA" in codes(settled(rules, other))[2]


def test_cloud_and_mail() -> None:
    assert codes(settled(policy(), at(2, "outside", ground=Ground.CLOUD_SYNC)))[2] == ["F06-CLOUD", "F07-UNDECLARED"]
    mail = at(3, "outside", media_type="message/rfc822")
    assert codes(settled(policy(), mail))[3] == ["F06-MAIL", "F07-UNDECLARED"]
    agreed = at(4, "store", ground=Ground.CLOUD_SYNC)
    assert codes(settled(policy(copies_max=1), agreed)) == {}, "a place that was agreed to may be synchronised"
    sent = Policy.model_validate({"contract": [{"id": "A", "title": "a", "consent": [{"id": "s", "kind": "send"}]}]})
    assert codes(settled(sent, mail))[3] == ["F07-UNDECLARED"]


def test_data_of_one_contract_in_the_place_of_another() -> None:
    assert codes(settled(policy(), at(2, "b")))[2] == ["F07-UNDECLARED", "F08-CROSS"]


def test_weak_matches_open_no_point() -> None:
    family = settled(policy(), at(2, weak=True))
    assert (codes(family), len(family.weak), family.observed) == ({}, 1, 1)


def test_original_moved_away() -> None:
    family = settle(policy(), ORIGINAL, [at(2, exact=True, path="/s/renamed.xlsx")], TODAY)
    assert family.original_at is not None
    assert (family.observed, family.excess, codes(family)) == (1, 0, {})


def test_without_a_policy_copies_are_undeclared() -> None:
    assert codes(settled(None, at(2))) == {2: ["F07-UNDECLARED"]}
