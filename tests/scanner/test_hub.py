"""A hub and its terminals: what travels, what is kept, what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.hub.world import Hub, Killed, Terminal, connected, known
from scanner.agent import link, outbox, sending
from scanner.agent.errors import AgentError, Later, Refused, Unreachable
from scanner.hub import silence, standing, terminals
from scanner.hub.errors import HubError
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from tests.scanner.postgres import Instance, new_database, server


@pytest.fixture(scope="module")
def instances(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Instance]]:
    """The one server of PostgreSQL, once it is asked for."""
    made: list[Instance] = []
    yield made
    for one in made:
        one.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def hub(request: pytest.FixtureRequest, tmp_path: Path, instances: list[Instance]) -> Iterator[Hub]:
    """A hub with everything in files, or in PostgreSQL."""
    if request.param == "postgresql" and not instances:
        instances.append(server(tmp_path))
    address = new_database(instances[0]) if request.param == "postgresql" else ""
    made = Hub(tmp_path / "hub", database=address, whole=bool(address))
    with connected(made):
        yield made
    made.desk.database.close()


def enrolled(hub: Hub, folder: Path, name: str = "PC-01") -> Terminal:
    terminal = Terminal(folder / name, name)
    terminal.enrol(hub.token())
    return terminal


def whole(hub: Hub, *fleet: Terminal) -> None:
    """The hub has what the terminals have, once each, and every record verifies."""
    hub.fold()
    for one in fleet:
        there = one.told()
        found = known(hub, one.name)
        assert {p: f for p, f in found.items() if f[0] == "there"} == {
            p: f for p, f in there.items() if f[0] == "there"
        }
        assert hub.of(one.name).record_state == ""
        reader = Reader(one.home.database)
        assert check.verify(reader.db, one.home.keys).found == []
        reader.close()
    reader = Reader(hub.home.database)
    assert check.verify(reader.db, hub.home.keys).found == []
    reader.close()


def test_a_terminal_waits_for_a_person(hub: Hub, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "a", "PC-01")
    terminal.enrol(hub.token(automatic=False))
    terminal.change()
    assert terminal.send().state == "waiting"
    assert hub.fold() == 0
    terminals.decide(hub.desk.database, ("*",), terminals.APPROVED)
    terminal.change()
    assert terminal.send().batches == 2  # of before and of after the approval
    whole(hub, terminal)


def test_only_what_is_new_travels(hub: Hub, tmp_path: Path) -> None:
    terminal = enrolled(hub, tmp_path)
    terminal.change(30)
    first = terminal.send()
    assert terminal.send().batches == 0
    terminal.change(1)
    second = terminal.send()
    assert sum(second.sizes) < sum(first.sizes) / 2
    whole(hub, terminal)


def test_the_record_is_countersigned_and_verification_names_the_hub(hub: Hub, tmp_path: Path) -> None:
    terminal = enrolled(hub, tmp_path)
    terminal.change()
    size = terminal.send().size
    reader = Reader(terminal.home.database)
    proofs = {p.name: p for p in check.verify(reader.db, terminal.home.keys).proofs}
    reader.close()
    assert (proofs["witness"].state, proofs["witness"].size, proofs["witness"].detail) == ("good", size, hub.desk.name)


@pytest.mark.parametrize("path", ["/v1/hello", "/v1/batch", "/v1/head"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_nothing_is_lost_or_doubled_by_an_end_anywhere(hub: Hub, tmp_path: Path, path: str, when: str) -> None:
    terminal = enrolled(hub, tmp_path)

    def end(called: str) -> None:
        if called == path:
            raise Killed

    setattr(hub, when, end)
    for _ in range(3):
        terminal.change()
        with pytest.raises(Killed):
            terminal.send()
    setattr(hub, when, lambda called: None)
    terminal.change()
    terminal.send()
    whole(hub, terminal)
    assert hub.of("PC-01").number == len({c[2] for c in hub.calls if c[0] == "/v1/batch"})


def test_a_hub_that_was_restored_from_an_older_copy_gets_the_rest(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = enrolled(hub, tmp_path)
    for kept in (outbox.KEPT, 1):  # the frames are still there; they are not, and everything is told anew
        monkeypatch.setattr(outbox, "KEPT", kept)
        terminal.change()
        terminal.send()
        hub.fold()
        hub.desk.database.close()
        shutil.copytree(hub.home.path, tmp_path / f"copy{kept}")
        for _ in range(4):
            terminal.change()
            terminal.send()
        hub.fold()
        hub.desk.database.close()
        shutil.rmtree(hub.home.path)
        shutil.copytree(tmp_path / f"copy{kept}", hub.home.path)
        hub.again()
        terminal.change()
        terminal.send()
        whole(hub, terminal)


def test_files_that_went_while_the_hub_was_away_are_gone_there(hub: Hub, tmp_path: Path) -> None:
    terminal = enrolled(hub, tmp_path)
    terminal.change(40)
    terminal.send()
    for _ in range(5):
        terminal.change(10)
    terminal.send()
    whole(hub, terminal)
    there, found = terminal.told(), known(hub, "PC-01")
    assert any(state == "gone" for state, *_ in there.values())
    assert {p for p, f in found.items() if f[0] == "gone"} <= {p for p, f in there.items() if f[0] == "gone"}


def test_a_terminal_that_was_put_back_is_found_on_both_sides(hub: Hub, tmp_path: Path) -> None:
    terminal = enrolled(hub, tmp_path)
    terminal.change()
    terminal.send()
    shutil.copytree(terminal.home.path, tmp_path / "old")
    terminal.change()
    terminal.send()
    shutil.rmtree(terminal.home.path)
    shutil.copytree(tmp_path / "old", terminal.home.path)
    with pytest.raises(AgentError):
        terminal.send()
    line = standing.whole(hub.desk).lines[0]
    assert (line.state, line.troubles) == ("conflict", ("rollback",))
    with pytest.raises(AgentError, match="is_stopped"):
        terminal.send()


def test_two_machines_with_one_key_are_found(hub: Hub, tmp_path: Path) -> None:
    terminal = enrolled(hub, tmp_path)
    terminal.change()
    terminal.send()
    shutil.copytree(terminal.home.path, tmp_path / "clone")
    clone = Terminal(tmp_path / "clone", "PC-01", seed=1)
    for one in (terminal, clone):
        one.change()
    terminal.send()
    with pytest.raises((AgentError, Refused)):
        clone.send()
    assert standing.whole(hub.desk).troubled
    with pytest.raises(AgentError):
        terminal.send()  # nobody knows which of the two is the right one


def test_revocation_holds_at_once(hub: Hub, tmp_path: Path) -> None:
    terminal = enrolled(hub, tmp_path)
    terminal.change()
    terminals.decide(hub.desk.database, ("PC-01",), terminals.REVOKED)
    with pytest.raises(Refused, match="refused"):
        terminal.send()
    assert hub.of("PC-01").number == 0
    assert ("revoked", "PC-01", 1) in [r[:3] for r in terminals.refusals(hub.desk.database)]
    with pytest.raises(HubError):
        terminals.decide(hub.desk.database, ("PC-01",), terminals.APPROVED)


def test_a_token_ends_and_counts(hub: Hub, tmp_path: Path) -> None:
    token = hub.token(2)
    for name in ("a", "b"):
        Terminal(tmp_path / name, name).enrol(token)
    with pytest.raises(Refused):
        Terminal(tmp_path / "c", "c").enrol(token)
    assert [t[2:4] for t in terminals.tokens(hub.desk.database)] == [(2, 2)]


@pytest.mark.parametrize("cleared", [True, False])
def test_who_asks_again_because_no_answer_came_is_one_terminal(hub: Hub, tmp_path: Path, cleared: bool) -> None:
    """The token is used once. Who was ended and comes with the same token is another one; also where an end left behind what it asked with."""
    token, terminal = hub.token(2), Terminal(tmp_path / "a", "PC-01")

    def lost(path: str) -> None:
        raise Unreachable("unreachable", url="-")

    asked = terminal.home.keys / link.ASKED
    hub.after = lost
    for _ in range(3):
        with pytest.raises(Unreachable):
            terminal.enrol(token)
    hub.after = lambda path: None
    left = asked.read_bytes()
    terminal.enrol(token)
    assert [t[2:4] for t in terminals.tokens(hub.desk.database)] == [(2, 1)]
    terminal.change()
    terminal.send()
    whole(hub, terminal)
    assert not asked.exists()
    if not cleared:
        asked.write_bytes(left)
    terminals.decide(hub.desk.database, ("PC-01",), terminals.REVOKED)
    with pytest.raises(Refused):
        terminal.send()
    terminal.enrol(token)
    assert [t[2:4] for t in terminals.tokens(hub.desk.database)] == [(2, 2)]
    assert hub.of("PC-01~2").state == terminals.APPROVED


def test_a_terminal_that_is_away_keeps_what_it_has_to_say(hub: Hub, tmp_path: Path) -> None:
    terminal = enrolled(hub, tmp_path)

    def away(path: str) -> None:
        raise Unreachable("unreachable", url="-")

    hub.before = away
    for _ in range(5):
        terminal.change()
        with pytest.raises(Unreachable):
            terminal.send()
    hub.before = lambda path: None
    terminal.send()
    whole(hub, terminal)


def test_terminals_of_one_name_are_two(hub: Hub, tmp_path: Path) -> None:
    token = hub.token()
    first, second = Terminal(tmp_path / "1", "PC"), Terminal(tmp_path / "2", "PC", seed=1)
    for one in (first, second):
        one.enrol(token)
        one.change()
        one.send()
    hub.fold()
    assert known(hub, "PC").keys() == first.told().keys()
    assert known(hub, "PC~2").keys() == second.told().keys()


def test_a_terminal_keeps_to_the_time_that_it_was_told(hub: Hub, tmp_path: Path) -> None:
    terminal = enrolled(hub, tmp_path)
    terminal.change()

    def busy(path: str) -> None:
        raise Later(600)

    hub.before = busy
    assert 600 <= terminal.send().later <= 750
    hub.before, called = lambda path: None, len(hub.calls)
    told = sending.send(terminal.home, patient=True)
    assert 0 < told.later <= 760
    assert len(hub.calls) == called
    assert terminal.send().batches == 1  # a person asks


def test_who_is_not_heard_is_a_point_of_the_hub(hub: Hub, tmp_path: Path) -> None:
    one = enrolled(hub, tmp_path)
    one.change()
    one.send()
    hosts = "".join(f'[[host]]\nid = "{name}"\nsilent_days = 3\n' for name in ("PC-01", "PC-09"))
    (hub.home.path / "policy.toml").write_text(hosts, encoding="utf-8")
    hub.fold()
    silence.judge(hub.desk)
    reader = Reader(hub.home.database)
    assert [r["subject"] for r in reader.rows("select subject from points where code = 'F10-SILENT'")] == ["host:pc-09"]
    reader.close()
