"""A policy comes to terminals by the signatures of two officers; the hub can hand it over and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.hub.world import Hub, Terminal, connected
from scanner.agent import link
from scanner.agent.errors import AgentError
from scanner.fleet import pieces
from scanner.fleet.pieces import Piece
from scanner.hub import publishing, terminals
from scanner.hub.errors import HubError
from scanner.inventory.reader import Reader
from scanner.policy.load import load
from scanner.tlog.note import public_of
from tests.conftest import ROOT

SEEDS = {number: secrets.token_bytes(32) for number in ("W-1", "W-2", "W-3")}
OFFICERS = {number: public_of(seed).hex() for number, seed in SEEDS.items()}
POLICY = """
time_zone = "Asia/Tokyo" # 拠点
[hub]
paths = "code"
[[contract]]
id = "A"
title = "甲"
[[contract.place]]
id = "s"
kind = "storage"
host = "PC-0*"
path = "/srv/a"
[[contract]]
id = "B"
title = "乙"
[[contract.place]]
id = "s"
kind = "storage"
host = "SV-*"
path = "/srv/b"
[[contract]]
id = "C"
title = "丙"
[[contract.place]]
id = "s"
kind = "storage"
path = "/srv/c"
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path / "hub", OFFICERS)
    with connected(made):
        yield made
    made.desk.database.close()


@pytest.fixture
def cut(tmp_path: Path) -> list[Piece]:
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    return publishing.prepare(tmp_path / "policy.toml")


def signed(found: list[Piece], *numbers: str) -> list[Piece]:
    for number in numbers:
        found = [piece.signed(number, SEEDS[number]) for piece in found]
    return found


def handed(hub: Hub, found: list[Piece]) -> None:
    """As a hub that somebody took over does: whatever it likes."""
    with hub.desk.database.transaction() as work:
        work.run("delete from pieces")
        for piece in found:
            values = (piece.version, piece.contract, pieces.write([piece]))
            work.run("insert into pieces (version, contract, piece) values (?, ?, ?)", values)


@pytest.mark.parametrize("path", [ROOT / "config" / "policy.example.toml"])
def test_any_policy_is_the_same_in_pieces(path: Path) -> None:
    assert len(publishing.prepare(path)) == len(load(path).contract) + 1


@pytest.mark.parametrize(("name", "contracts"), [("PC-01", ["A", "C"]), ("SV-1", ["B", "C"]), ("X", ["C"])])
def test_a_terminal_gets_its_contracts_only(
    hub: Hub, tmp_path: Path, cut: list[Piece], name: str, contracts: list[str]
) -> None:
    publishing.publish(hub.desk, signed(cut, "W-1", "W-3"))
    terminal = Terminal(tmp_path / "t", name)
    terminal.enrol(hub.token())
    assert terminal.send().policy == cut[0].version
    policy = load(terminal.home.path / "policy.toml")
    assert ([c.id for c in policy.contract], policy.hub.paths) == (contracts, "code")
    assert terminal.send().policy == 0
    hub.fold()
    for home, kind in ((terminal.home, "policy_taken"), (hub.home, "policy_published")):
        reader = Reader(home.database)
        assert len(reader.rows("select 1 from ledger where kind = ?", (kind,))) == 1
        reader.close()


@pytest.mark.parametrize("numbers", [(), ("W-1",), ("W-1", "W-1")])
def test_one_officer_is_not_enough(hub: Hub, cut: list[Piece], numbers: tuple[str, ...]) -> None:
    with pytest.raises(HubError, match="policy_not_signed"):
        publishing.publish(hub.desk, signed(cut, *numbers))


@pytest.mark.parametrize("what", ["unsigned", "one", "text", "own", "contract", "terminals", "one piece", "mixed"])
def test_a_hub_that_was_taken_over_makes_no_place_agreed(hub: Hub, tmp_path: Path, cut: list[Piece], what: str) -> None:
    good = signed(cut, "W-1", "W-2")
    mine = secrets.token_bytes(32)
    bad = {
        "unsigned": cut,
        "one": signed(cut, "W-1"),
        "text": [replace(p, text=p.text.replace("/srv/c", "/home")) for p in good],
        "own": [p.signed("W-1", mine).signed("W-2", mine) for p in cut],
        "contract": [replace(p, contract=p.contract + "x") for p in good],
        "terminals": [replace(p, terminals=("*",)) for p in good],
        "one piece": [*good[:-1], signed(cut, "W-1")[-1]],
        "mixed": [*good[:-1], signed([replace(cut[-1], version=cut[0].version + 1)], "W-1", "W-2")[0]],
    }[what]
    handed(hub, bad)
    terminal = Terminal(tmp_path / "t", "PC-01")
    terminal.enrol(hub.token())
    with pytest.raises(AgentError, match=r"policy_not_signed|bad_policy"):
        terminal.send()
    assert not (terminal.home.path / "policy.toml").exists()
    handed(hub, good)
    assert terminal.send().policy == cut[0].version


def test_an_older_policy_is_not_taken_again(hub: Hub, tmp_path: Path, cut: list[Piece]) -> None:
    newer = [replace(p, version=p.version + 10) for p in cut]
    publishing.publish(hub.desk, signed(newer, "W-1", "W-2"))
    terminal = Terminal(tmp_path / "t", "PC-01")
    terminal.enrol(hub.token())
    terminal.send()
    with pytest.raises(HubError, match="policy_older"):
        publishing.publish(hub.desk, signed(cut, "W-1", "W-2"))
    handed(hub, signed(cut, "W-1", "W-2"))
    assert terminal.send().policy == 0


def test_a_hub_cannot_name_other_officers(hub: Hub, tmp_path: Path) -> None:
    token = hub.token()
    hub.desk.officers["W-1"] = public_of(secrets.token_bytes(32)).hex()
    with pytest.raises(AgentError, match="officers_differ"):
        Terminal(tmp_path / "t", "PC-01").enrol(token)


def test_a_request_is_data_told_until_it_is_done(hub: Hub, tmp_path: Path) -> None:
    from scanner.agent import taking
    from scanner.inventory.store import Store

    terminal = Terminal(tmp_path / "t", "PC-01")
    terminal.enrol(hub.token())
    terminals.ask(hub.desk.database, "PC-01", "scan")
    with hub.desk.database.transaction() as work:  # of a newer hub, or of one that was taken over
        work.run(
            "insert into requests (id, terminal, kind, made, told) select 'x', id, 'rm -rf /', '', '' from terminals"
        )
    for _ in range(2):
        assert [one["kind"] for one in terminal.send().asked] == ["scan"]
    with Store(terminal.home.database, only_notes=True) as store:
        taking.done(store)
    assert terminal.send().asked == ()
    reader = Reader(terminal.home.database)
    assert link.needed(reader.db).requests == ()
    reader.close()
