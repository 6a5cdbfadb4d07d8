"""Who signs the pieces of a policy signs the policy that they have, and nothing that somebody put in its place."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scanner import clock
from scanner.acts.signing import Rules
from scanner.fleet import pieces
from scanner.fleet.pieces import COMMON, Piece
from scanner.hub import publishing
from scanner.hub.errors import HubError
from scanner.inventory.home import Home
from scanner.inventory.people.errors import PeopleError
from scanner.inventory.people.registry import load as people_of
from scanner.inventory.reader import Reader
from scanner.policy.load import loaded
from tests.conftest import Sekisho
from tests.scanner.officer import PASSPHRASES, Day
from tests.scanner.test_hub_policy import POLICY


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY, encoding="utf-8")
    policy, digest = loaded(path)
    return Rules(policy, digest, str(path))


def _refused(found: list[Piece], rules: Rules, folder: Path) -> None:
    def ask(worker: str) -> str:
        pytest.fail("nobody is asked for a passphrase")

    with pytest.raises(HubError, match="other_policy"):
        publishing.sign(found, Home(folder / "none"), rules, "W-1", ask)


def _texts(change: Callable[[Piece], str]) -> Callable[[list[Piece]], list[Piece]]:
    return lambda found: [replace(p, text=change(p)) for p in found]


CHANGES: dict[str, Callable[[list[Piece]], list[Piece]]] = {
    "place": _texts(lambda p: p.text.replace("/srv/c", "/")),
    "more": _texts(lambda p: p.text + "\n[scan]\n" if p.contract == COMMON else p.text),
    "no TOML": _texts(lambda p: p.text + "\n["),
    "terminals": lambda found: [replace(p, terminals=("*",)) for p in found],
    "names": lambda found: [replace(p, contract={"A": "B", "B": "A"}.get(p.contract, p.contract)) for p in found],
    "texts": lambda found: [
        found[0],
        replace(found[1], text=found[2].text),
        replace(found[2], text=found[1].text),
        found[3],
    ],
    "everyone's": lambda found: [
        replace(found[0], text=found[0].text + found[1].text),
        replace(found[1], text=""),
        *found[2:],
    ],
    "one less": lambda found: found[:-1],
    "twice": lambda found: [*found[:-1], found[0]],
    "nothing": lambda found: [],
    "count": lambda found: [replace(p, contracts=p.contracts - 1) for p in found],
    "versions": lambda found: [replace(found[0], version=found[0].version + 1), *found[1:]],
    "for ever": lambda found: [replace(p, version=int((clock.now() + timedelta(days=400)).timestamp())) for p in found],
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_not_the_policy_of_who_signs_is_not_signed(rules: Rules, tmp_path: Path, what: str) -> None:
    _refused(CHANGES[what](publishing.prepare(Path(rules.path))), rules, tmp_path)


def test_another_policy_is_not_signed(rules: Rules, tmp_path: Path) -> None:
    found = publishing.prepare(Path(rules.path))
    Path(rules.path).write_text(POLICY.replace("/srv/b", "/srv/d"), encoding="utf-8")
    _refused(found, rules, tmp_path)


def test_two_people_sign_the_same_and_one_of_them_not_twice(day: Day, sekisho: Sekisho) -> None:
    assert day.run("people", "begin", "W-1", "W-2", *day.signs("W-1", "W-2")).code == 0
    policy, file = day.folder / "policy.toml", day.folder / "pieces.json"
    done = sekisho("hub", "policy", "prepare", policy, "-o", file)
    assert done.code == 0, done.err
    made = pieces.read(file.read_bytes())
    sign = ("hub", "policy", "sign", file, "--by")
    assert day.run(*sign, "W-1", *day.signs("W-1")).code == 0
    good = file.read_bytes()
    file.write_text(pieces.write(replace(p, text=p.text.replace("store", "/")) for p in pieces.read(good)))
    done = day.run(*sign, "W-2", *day.signs("W-2"))
    assert (done.code, "pieces are not those" in done.err or "一致しません" in done.err) == (2, True)
    file.write_bytes(good)
    assert day.run(*sign, "W-2", *day.signs("W-2")).code == 0
    reader = Reader(day.home / "inventory.db")
    keys = {key.number: key.public for key in people_of(reader.db).keys}
    reader.close()
    assert pieces.agreed(pieces.read(file.read_bytes()), keys)
    other = [piece.signed("W-3", secrets.token_bytes(32)) for piece in made]  # the same person's other number
    rules, digest = loaded(policy)
    with pytest.raises(PeopleError, match="same_person"):
        publishing.sign(other, Home(day.home), Rules(rules, digest, str(policy)), "W-1", PASSPHRASES.__getitem__)
