"""Attempts by one person to be two: every one is refused, changes nothing, and is an entry of the record.

The person is W-1, who can read and write everything on the disk, and knows one passphrase.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing

import pytest

from scanner import clock
from scanner.errors import SekishoError
from scanner.inventory import ledger, points
from scanner.inventory.people import registry
from tests.scanner.attempts import ATTEMPTS, answers_replayed_from_another_act, ceremony_in_a_new_record
from tests.scanner.one_person import World, phrase, template, world  # noqa: F401


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_attempt_by_one_person_is_refused_and_told(world: World, attempt: Callable[[World], None]) -> None:
    try:
        attempt(world)
    except SekishoError:
        pass
    told = world.entries("attempt_refused")
    assert told, "the record does not tell of it"
    assert "himitsu" not in json.dumps(told)
    with closing(world.db()) as db:
        assert list(ledger.verify(db)) == []
        wanted = "select count(*) from points where id = 1 and state = 'open'"
        assert attempt is ceremony_in_a_new_record or db.execute(wanted).fetchone() == (1,)
        assert not points.Quiet(db, clock.today()).covers("F03-OUTSIDE", 1, "")
        assert registry.load(db).two_persons()
        numbers = [n for (n,) in db.execute("select id from gates")]
    done = [n for n in numbers if world.shown(n) == "released"]
    assert done == ([1] if attempt is answers_replayed_from_another_act else [])


def test_two_people_do_what_one_cannot(world: World) -> None:
    assert world.dismiss("W-1", "W-2", ask=phrase)
    assert not world.dismiss("W-1", point=2)
    world.approve("鈴木花子", point=2, ask=phrase)
    with closing(world.db()) as db:
        assert points.Quiet(db, clock.today()).covers("F03-OUTSIDE", 1, "")
    world.scan()
    number = world.gate()
    assert world.answer(number, "W-2", ask=phrase) == "waiting"
    assert world.answer(number, "W-1") == "released"
    assert world.shown(number) == "released"
    assert world.entries("attempt_refused") == []
