"""Whether a hub is what its terminals are: nothing lost, nothing twice, every chain of batches and every record whole."""

from __future__ import annotations

from benchmarks.hub.world import Hub, Terminal, known
from scanner.agent import link
from scanner.fleet import batch, frame
from scanner.hub import terminals
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.inventory.record import check


def compare(hub: Hub, fleet: list[Terminal]) -> tuple[int, int]:
    """Raises ``AssertionError``; returns (batches, their bytes)."""
    with hub.desk.database.reading() as work:
        everybody = {one.id: one for one in terminals.all_of(work)}
    for terminal in fleet:
        one = everybody[_terminal(terminal)]
        there = {p: f for p, f in terminal.told().items() if f[0] == "there"}
        here = {p: f for p, f in known(hub, one.name).items() if f[0] == "there"}
        assert here == there, one.name
        assert _files(hub, one.name) == len(there), one.name
        assert (one.state, one.record_state) == ("approved", ""), one
        _verified(terminal.home)
    _verified(hub.home)
    for one in everybody.values():
        _whole(hub, one)
    with hub.desk.database.reading() as work:
        ((batches, size),) = work.all("select count(*), coalesce(sum(length(frame)), 0) from batches")
    return int(batches), int(size)


def _whole(hub: Hub, one: terminals.Terminal) -> None:
    """Each batch is of this terminal and names the one before; together they bring all its entries."""
    number, digest, leaves = 0, bytes(32), 0
    with hub.desk.database.reading() as work:
        frames = work.all("select number, frame from batches where terminal = ? order by number", (one.id,))
    for at, packed in frames:
        assert frame.signed_by(bytes(packed), one.key), one.name
        said = batch.read(frame.unpack(bytes(packed)))
        assert (said.terminal, said.number, said.since, said.before) == (one.id, at, number, digest.hex()), one.name
        assert not said.entries or said.first == leaves, one.name
        number, digest, leaves = said.number, frame.digest(bytes(packed)), leaves + len(said.entries)
    assert (number, digest, leaves) == (one.number, one.digest, one.leaves), one.name


def _files(hub: Hub, name: str) -> int:
    reader = Reader(hub.home.database)
    ((count,),) = reader.rows("select count(*) from files where host = ? and gone is null", (name,))
    reader.close()
    return int(count)


def _terminal(terminal: Terminal) -> str:
    reader = Reader(terminal.home.database)
    reader.db.row_factory = None
    found = link.needed(reader.db).terminal
    reader.close()
    return found


def _verified(home: Home) -> None:
    reader = Reader(home.database)
    found = check.verify(reader.db, home.keys).found
    reader.close()
    assert not found, (home.path, found[:3])
