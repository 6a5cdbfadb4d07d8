"""Originals on their way: cut off, killed, put back, too many of them, and written by somebody who means harm."""

from __future__ import annotations

import gzip
import io
import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.hub.world import Hub, Killed, Terminal
from scanner.agent import giving
from scanner.agent.errors import Unreachable
from scanner.cli.agent import command as agent
from scanner.custody import keys as contract_keys
from scanner.custody import sharing
from scanner.hub import parcels, publishing, terminals
from scanner.inventory import custody
from scanner.inventory.store import Store
from tests.scanner.officers_hub import rows
from tests.scanner.test_hub_originals import POLICY, begun, fleet, hub, keys_of, vouched  # noqa: F401
from tests.scanner.test_hub_policy import signed

Fleet = dict[str, Terminal]


def answers(hub: Hub) -> list[str]:
    with hub.desk.database.reading() as work:
        return [answer for (answer,) in work.all("select answer from boxes_sent order by answer")]


def more(terminal: Terminal, count: int) -> None:
    """So many originals beside the one that was received."""
    with Store(terminal.home.database, only_notes=True) as store, store.transaction() as db:
        one = custody.originals(db)[0]
        for number in range(count):
            made = replace(one, path=b"/x/%d" % number, content_key=number.to_bytes(32, "big"))
            custody.add_original(db, made, {1_000 + number * 2: -1})


@pytest.mark.parametrize("where", ["/v1/parcel", "/v1/part"])
def test_what_was_cut_off_on_its_way_arrives_later(hub: Hub, fleet: Fleet, where: str) -> None:
    def cut(path: str) -> None:
        if path == where:
            raise Unreachable("unreachable", url="x")

    parcels.publish(hub.desk, vouched(hub))
    for name in ("before", "after"):
        setattr(hub, name, cut)
        with pytest.raises(Unreachable):
            fleet["PC-1"].send()
        setattr(hub, name, lambda path: None)
    fleet["PC-1"].send()
    assert fleet["PC-3"].send().originals == 1
    with hub.desk.database.reading() as work:
        assert work.all("select whole, delivered from parcels") == [(1, 1)]


def test_who_was_killed_between_key_and_record_takes_it_again(
    hub: Hub, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcels.publish(hub.desk, vouched(hub))
    fleet["PC-1"].send()

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sharing, "take", killed)
        with pytest.raises(Killed):
            fleet["PC-3"].send()
    assert fleet["PC-3"].send().originals == 1
    assert rows(fleet["PC-3"].home, "select count(*) from ledger where kind = 'key_imported'") == [(1,)]


def test_a_hub_that_was_put_back_is_sent_it_again(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    parcels.publish(hub.desk, vouched(hub))
    hub.desk.database.close()
    shutil.copytree(hub.home.path, tmp_path / "copy")
    fleet["PC-1"].send()
    hub.desk.database.close()
    shutil.rmtree(hub.home.path)
    shutil.copytree(tmp_path / "copy", hub.home.path)
    hub.again()
    fleet["PC-1"].send()
    assert fleet["PC-3"].send().originals == 1


def test_a_hub_without_room_is_no_hindrance_and_a_revoked_terminal_takes_none(
    hub: Hub, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, three, _ = fleet.values()
    more(one, 4)
    monkeypatch.setattr(parcels, "_WAITING_MOST", 3)
    monkeypatch.setattr("scanner.fleet.parcels.ASKED_MOST", 2)
    parcels.publish(hub.desk, vouched(hub))
    terminals.ask(hub.desk.database, "PC-1", "scan")
    assert one.send().asked
    one.send()
    assert answers(hub) == [""] * 3
    assert set(giving.left(Store(one.home.database, only_notes=True).connection).values()) == {"full"}
    shared = "select count(*) from ledger where kind = 'originals_shared'"
    assert rows(one.home, shared) == [(3,)]
    assert rows(one.home, "select count(*) from ledger where kind = 'attempt_refused'") == [(2,)]
    assert [(why, name) for why, name, _, _ in terminals.refusals(hub.desk.database)] == [("no_room", "PC-1")]
    assert three.send().originals == 3
    one.send()
    assert three.send().originals == 2
    assert rows(one.home, shared) == [(5,)]
    with hub.desk.database.transaction() as work:  # as if it had never asked for them
        work.run("update boxes_sent set answer = ''")
        work.run("update parcels set delivered = 0")
    terminals.decide(hub.desk.database, ("PC-3",), terminals.REVOKED)
    assert answers(hub) == ["revoked"] * 5
    with hub.desk.database.reading() as work:
        assert work.all("select 1 from parcels where delivered = 0") == []


@pytest.mark.parametrize("why", ["too_large", "key_missing"])
def test_what_cannot_be_handed_on_is_told(hub: Hub, fleet: Fleet, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    home = fleet["PC-1"].home
    file = contract_keys.path_of(home.keys, "A")
    if why == "too_large":
        monkeypatch.setattr("scanner.fleet.parcels.UNPACKED_MOST", 10)
    else:
        file.rename(file.with_suffix(".away"))
    parcels.publish(hub.desk, vouched(hub))
    fleet["PC-1"].send()
    fleet["PC-1"].send()
    assert answers(hub) == []
    assert rows(home, "select json_extract(details, '$.why') from ledger where kind = 'attempt_refused'") == [(why,)]
    told = json.loads(CliRunner().invoke(agent, ["status", "--format", "json", "--home", str(home.path)]).output)
    assert told["left"] == {why: 1}
    assert CliRunner().invoke(agent, ["status", "--home", str(home.path)]).exit_code == 0
    if why == "key_missing":
        file.with_suffix(".away").rename(file)
        fleet["PC-1"].send()
        assert answers(hub) == [""]


def test_who_is_named_later_gets_it_and_a_second_machine_of_the_name_does_not(
    hub: Hub, fleet: Fleet, tmp_path: Path
) -> None:
    def policy(*hosts: str) -> None:
        text = POLICY.format(folder=tmp_path.as_posix())
        head, place = text.split("[[contract.place]]")
        path = tmp_path / "policy.toml"
        made = [place.replace("PC-*", host).replace('"s"', f'"s{n}"') for n, host in enumerate(hosts)]
        path.write_text("[[contract.place]]".join([head, *made]), encoding="utf-8")
        with hub.desk.database.reading() as work:
            newest = int(work.all("select max(version) from pieces")[0][0])
        pieces = [replace(p, version=newest + 1) for p in publishing.prepare(path)]
        publishing.publish(hub.desk, signed(pieces, "W-1", "W-2"))

    policy("PC-1")
    second = Terminal(tmp_path / "second", "PC-3", 77)
    second.enrol(hub.token())
    second.send()
    parcels.publish(hub.desk, vouched(hub))
    fleet["PC-1"].send()
    assert answers(hub) == []
    policy("PC-1", "PC-3")
    fleet["PC-1"].send()
    assert fleet["PC-3"].send().originals == 1
    assert second.send().originals == 0
    assert keys_of(second) == []
    policy("PC-1", "PC-3", "PC-3~2")
    fleet["PC-1"].send()
    assert second.send().originals == 1


def _line(**fields: object) -> Callable[[bytes], bytes]:
    return lambda data: gzip.compress(json.dumps({**json.loads(gzip.decompress(data)), **fields}).encode() + b"\n")


HARM: dict[str, Callable[[bytes], bytes]] = {
    "no gzip": lambda data: b"x" * 40,
    "bad deflate": lambda data: data[:12] + bytes(b ^ 255 for b in data[12:]),
    "cut": lambda data: data[: len(data) // 2],
    "no table": lambda data: gzip.compress(b'"x"\n'),
    "nothing": lambda data: gzip.compress(b""),
    "no bytes": lambda data: gzip.compress(b"\xff\xfe\n"),
    "two": lambda data: gzip.compress(gzip.decompress(data) * 2),
    "a name": _line(origin="甲野"),
    "no day": _line(received="never"),
    "a table in a field": _line(name={"a": 1}),
    "a list in a field": _line(giver=["x"]),
    "control": _line(medium="a\x00b"),
    "surrogate": _line(medium="\ud800"),
    "endless": _line(giver="x" * 1_001),
    "no number": _line(rows=1 << 80),
    "negative": _line(size=-9),
    "entity": _line(entities=["090 1234"]),
    "tokens": _line(tokens="AAA="),
    "more": _line(more=1),
}
THROUGH = ("bad deflate", "nothing", "two", "no day")
"""Tried as whole conversations."""


def test_nothing_that_a_parcel_holds_ends_a_conversation_or_is_kept(
    hub: Hub, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcels.publish(hub.desk, vouched(hub))
    write, good = sharing.write, io.BytesIO()
    with Store(fleet["PC-1"].home.database, only_notes=True) as store:
        write(store.connection, custody.originals(store.connection), good)
    for name in HARM.keys() - {"nothing", "two"}:
        with pytest.raises(sharing.SharingError):
            list(sharing.read(io.BytesIO(HARM[name](good.getvalue()))))
    for make in (HARM[name] for name in THROUGH):

        def harmful(db: Any, found: Any, target: Any, make: Callable[[bytes], bytes] = make) -> int:
            file = io.BytesIO()
            write(db, found, file)
            return int(target.write(make(file.getvalue())))

        monkeypatch.setattr(sharing, "write", harmful)
        fleet["PC-1"].send()
        with hub.desk.database.transaction() as work:
            work.run("update meta set value = ? where name = 'vouched'", (secrets.token_hex(8),))
            work.run("update boxes_sent set answer = 'stays' where answer not in ('', 'taken')")
        assert fleet["PC-3"].send().originals == 0
    assert answers(hub) == ["malformed", *["stays"] * (len(THROUGH) - 1)]
    assert keys_of(fleet["PC-3"]) == []
    monkeypatch.setattr(sharing, "write", write)
    fleet["PC-1"].send()
    with hub.desk.database.transaction() as work:
        work.run("update boxes_sent set box = ? where answer = ''", ("a" * 65,))
    assert fleet["PC-3"].send().originals == 0
    assert answers(hub) == ["malformed"] * 2 + ["stays"] * (len(THROUGH) - 1)
    with hub.desk.database.transaction() as work:
        work.run("update meta set value = 'again' where name = 'vouched'")
    fleet["PC-1"].send()
    fleet["PC-3"].change()
    assert fleet["PC-3"].send().originals == 1
    fleet["PC-3"].send()
