"""An original that was received on one terminal is recognised on the others that its contract names; the hub cannot read it and can make nobody
send it elsewhere."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hub.world import Hub, Terminal, connected
from scanner.cli.agent import command as agent
from scanner.cli.hub_vouch import command as hub_vouch
from scanner.custody import keys as contract_keys
from scanner.fleet import box, vouching
from scanner.fleet.errors import WireError
from scanner.fleet.vouching import Voucher
from scanner.hub import parcels, publishing
from scanner.hub.errors import HubError
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from tests.conftest import Sekisho
from tests.scanner.officers_hub import copied, rows
from tests.scanner.test_hub_policy import OFFICERS, SEEDS, signed
from tests.scanner.world import table

NAMES = ("PC-1", "PC-3", "SV-1")
POLICY = """
[[contract]]
id = "A"
title = "甲"
items = ["PERSON"]
starts = 2020-01-01
[[contract.place]]
id = "s"
kind = "storage"
host = "PC-*"
path = "{folder}/store"
consent = "承諾-1"
"""


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, command: list[str]) -> Path:
    """A hub with a policy, and three terminals of which PC-1 has received an original."""
    folder = tmp_path_factory.mktemp("begun")
    made = Hub(folder / "hub", OFFICERS)
    (folder / "policy.toml").write_text(POLICY.format(folder=folder.as_posix()), encoding="utf-8")
    publishing.publish(made.desk, signed(publishing.prepare(folder / "policy.toml"), "W-1", "W-2"))
    with connected(made):
        for seed, name in enumerate(NAMES):
            one = Terminal(folder / name, name, seed)
            one.enrol(made.token())
            one.send()
    made.desk.database.close()
    (folder / "store").mkdir()
    original = folder / "store" / "list.xlsx"
    original.write_bytes(table(12, 91))
    home = folder / "PC-1"
    words = ("receive", original, "--contract", "A", "--home", home, "-p", home / "policy.toml")
    subprocess.run([*command, *map(str, words)], check=True, capture_output=True)
    return folder


@pytest.fixture
def hub(begun: Path, tmp_path: Path) -> Iterator[Hub]:
    yield from copied(begun, tmp_path)


@pytest.fixture
def fleet(hub: Hub, tmp_path: Path) -> dict[str, Terminal]:
    return {name: Terminal(tmp_path / "w" / name, name, seed) for seed, name in enumerate(NAMES)}


@pytest.fixture
def received(begun: Path) -> Path:
    """What PC-1 has received."""
    return begun / "store" / "list.xlsx"


def vouched(hub: Hub, *names: str, by: tuple[str, ...] = ("W-1", "W-2")) -> list[Voucher]:
    found = [v for v in parcels.prepare(hub.desk) if not names or v.name in names]
    for number in by:
        found = [v.signed(number, SEEDS[number]) for v in found]
    return found


def by_both(voucher: Voucher) -> Voucher:
    bare = voucher.model_copy(update={"signatures": {}})
    return bare.signed("W-1", SEEDS["W-1"]).signed("W-2", SEEDS["W-2"])


def keys_of(terminal: Terminal) -> list[str]:
    return [k.contract for k in contract_keys.all_keys(terminal.home.keys)]


@pytest.mark.slow
def test_a_copy_is_recognised_where_nobody_received_the_original(
    hub: Hub, fleet: dict[str, Terminal], received: Path, sekisho: Sekisho, tmp_path: Path
) -> None:
    one, three, other = fleet.values()
    assert (one.send().originals, three.send().originals) == (0, 0)  # nobody vouches yet
    parcels.publish(hub.desk, vouched(hub))
    one.send()
    assert three.send().originals == 1
    assert three.send().originals == 0
    assert other.send().originals == 0
    assert (keys_of(three), keys_of(other)) == (["A"], [])
    away = tmp_path / "away"
    away.mkdir()
    (away / "写し.xlsx").write_bytes(table(12, 91))
    more = ("--home", three.home.path, "-p", three.home.path / "policy.toml")
    found = sekisho("scan", away, "--depth", "quick", "--format", "jsonl", *more)
    assert "F07-UNDECLARED" in found.summary()["points"], found.err
    three.send()
    one.send()
    hub.fold()
    assert rows(hub.home, "select count(*) from originals") == [(1,)]
    assert rows(hub.home, "select count(*) from points where code = 'F07-UNDECLARED' and state = 'open'") == [(1,)]
    assert rows(three.home, "select count(*) from ledger where kind = 'originals_taken'") == [(1,)]
    assert rows(one.home, "select count(*) from ledger where kind = 'originals_shared'") == [(1,)]
    told = rows(hub.home, "select json_extract(details, '$.answer') from ledger where kind = 'original_delivered'")
    assert told == [("taken",)]
    with hub.desk.database.reading() as work:
        assert work.all("select 1 from parcel_parts") == []
    for home in (one.home, three.home, hub.home):
        reader = Reader(home.database)
        assert check.verify(reader.db, home.keys).found == []
        reader.close()


def test_the_hub_holds_no_key_and_no_token(hub: Hub, fleet: dict[str, Terminal], received: Path) -> None:
    parcels.publish(hub.desk, vouched(hub))
    fleet["PC-1"].send()
    (key,) = contract_keys.all_keys(fleet["PC-1"].home.keys)
    tokens = [
        int(t).to_bytes(8, "little", signed=True)
        for (t,) in rows(fleet["PC-1"].home, "select token from tokens limit 5")
    ]
    hub.fold()
    hub.desk.database.close()
    for path in hub.home.path.rglob("*"):
        if path.is_file():
            kept = path.read_bytes()
            assert key.secret not in kept
            assert not any(t in kept for t in tokens), path.name
    for _, _, body in hub.calls:
        assert key.secret not in body
        assert key.secret.hex().encode() not in body


def test_a_hub_that_was_taken_over_gets_nothing_sealed_to_itself(
    hub: Hub, fleet: dict[str, Terminal], received: Path
) -> None:
    parcels.publish(hub.desk, vouched(hub))
    mine = secrets.token_bytes(32)

    def handed(voucher: Voucher) -> None:
        with hub.desk.database.transaction() as work:
            work.run("update vouchers set text = ? where terminal = ?", (voucher.model_dump_json(), voucher.terminal))

    (good,) = vouched(hub, "PC-3")
    forged = good.model_copy(update={"box": box.public_of(mine)})
    endless = good.model_copy(update={"until": date.today() + timedelta(days=400)})
    for bad in (forged, forged.signed("W-1", mine).signed("W-2", mine), *vouched(hub, "PC-3", by=("W-1",)),
                good.model_copy(update={"until": date.today() - timedelta(days=1)}),
                good.model_copy(update={"name": "PC-9"}),
                *(by_both(one) for one in (forged, endless, good.model_copy(update={"proof": ""})))):  # fmt: skip
        handed(bad)
        fleet["PC-1"].send()
        assert not [c for c in hub.calls if c[0] == "/v1/parcel"]
        with hub.desk.database.transaction() as work:
            work.run("update meta set value = ? where name = 'vouched'", (secrets.token_hex(8),))


def test_unsigned_vouchers_are_not_published(hub: Hub, fleet: dict[str, Terminal]) -> None:
    for found in ([], vouched(hub, by=("W-1",)), vouched(hub, by=("W-1", "W-1"))):
        with pytest.raises(HubError, match="vouchers_not_signed"):
            parcels.publish(hub.desk, found)
    strange = [v.model_copy(update={"name": "PC-2", "signatures": {}}) for v in vouched(hub, "PC-1")]
    with pytest.raises(HubError, match="no_such_terminal"):
        parcels.publish(hub.desk, [by_both(v) for v in strange])


def test_officers_see_what_they_sign_and_sign_no_key_that_the_terminal_did_not(
    hub: Hub, fleet: dict[str, Terminal], tmp_path: Path
) -> None:
    """A hub that was taken over names its own key for what is sealed to a terminal: what the officers compare is the same."""
    mine = secrets.token_bytes(32)
    with hub.desk.database.transaction() as work:
        work.run("update box_keys set box = ?, proof = ?", (box.public_of(mine), box.proof_of(mine)))
    forged = parcels.prepare(hub.desk)
    (tmp_path / "forged.json").write_text(vouching.write(forged), encoding="utf-8")
    runner, home = CliRunner(), fleet["PC-1"].home.path
    signing = ["sign", str(tmp_path / "forged.json"), "--by", "W-1"]
    done = runner.invoke(hub_vouch, [*signing, "--home", str(home), "-p", str(home / "policy.toml")])
    assert isinstance(done.exception, HubError)
    assert done.exception.code == "voucher_not_sound"
    assert all(voucher_key(forged, name) in done.output for name in fleet)
    with pytest.raises(HubError, match="vouchers_not_signed"):
        parcels.publish(hub.desk, [by_both(v) for v in forged])
    for name, terminal in fleet.items():
        shown = runner.invoke(agent, ["status", "--home", str(terminal.home.path)]).output
        words = ["prepare", "-o", str(tmp_path / f"{name}.json"), "--home", str(hub.home.path)]
        told = next(line for line in runner.invoke(hub_vouch, words).output.splitlines() if line.startswith(name))
        assert voucher_key(forged, name) in shown
        assert voucher_key(forged, name) in told


def voucher_key(found: list[Voucher], name: str) -> str:
    (key,) = (v.key for v in found if v.name == name)
    return " ".join(key[at : at + 4] for at in range(0, 32, 4))


def sent(hub: Hub, fleet: dict[str, Terminal]) -> None:
    parcels.publish(hub.desk, vouched(hub))
    fleet["PC-1"].send()


@pytest.mark.parametrize(
    "what", [*(pytest.param(w, marks=pytest.mark.slow) for w in ("bytes", "sender", "contract")), "box"]
)
def test_what_a_hub_changes_is_not_taken(hub: Hub, fleet: dict[str, Terminal], received: Path, what: str) -> None:
    sent(hub, fleet)
    with hub.desk.database.transaction() as work:
        (text,) = work.all("select header from parcels")[0]
        header: dict[str, Any] = json.loads(text)
        if what == "bytes":
            data = bytes(work.all("select data from parcel_parts")[0][0])
            work.run("update parcel_parts set data = ?", (data[:-1] + bytes([data[-1] ^ 1]),))
        elif what == "sender":
            work.run("update parcels set sender = ?", (hub_id(work, "SV-1"),))
        elif what == "contract":
            work.run("update parcels set header = ?", (json.dumps({**header, "contract": "B"}),))
        else:
            work.run("update boxes_sent set box = ?", (secrets.token_hex(80),))
    assert fleet["PC-3"].send().originals == 0
    assert keys_of(fleet["PC-3"]) == []
    assert rows(fleet["PC-3"].home, "select count(*) from ledger where kind = 'attempt_refused'") == [(1,)]


def hub_id(work: Any, name: str) -> str:
    return str(work.all("select id from terminals where name = ?", (name,))[0][0])


@pytest.mark.slow
def test_another_key_of_the_contract_is_a_conflict_that_is_told(
    hub: Hub, fleet: dict[str, Terminal], received: Path, sekisho: Sekisho
) -> None:
    home = fleet["PC-3"].home.path
    done = sekisho("receive", received, "--contract", "A", "--home", home, "-p", home / "policy.toml")
    assert done.code == 0, done.err
    sent(hub, fleet)
    (before,) = contract_keys.all_keys(fleet["PC-3"].home.keys)
    assert fleet["PC-3"].send().originals == 0
    assert contract_keys.all_keys(fleet["PC-3"].home.keys) == [before]
    hub.fold()
    told = rows(hub.home, "select json_extract(details, '$.answer') from ledger where kind = 'original_delivered'")
    assert ("other_key",) in told
    with hub.desk.database.transaction() as work:
        parcels.renewed(work)  # as at each publishing of vouchers
        there = work.all("select digest from parcels order by digest")
    for one in fleet.values():
        one.send()
    with hub.desk.database.reading() as work:
        assert work.all("select digest from parcels order by digest") == there, (
            "an answer that stays is not asked for again"
        )


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=40), st.integers(min_value=0))
def test_a_box_is_opened_by_nobody_else_and_in_no_other_place(data: bytes, about: bytes, at: int) -> None:
    seed = secrets.token_bytes(32)
    made = box.sealed(box.public_of(seed), data, about)
    assert box.opened(seed, made, about) == data
    at %= len(made) * 8
    changed = bytearray(made)
    changed[at // 8] ^= 1 << at % 8
    wrong = [(secrets.token_bytes(32), made, about), (seed, made, about + b"x"), (seed, made[:-1], about)]
    if at != 255:  # the highest bit of an X25519 key is none (RFC 7748)
        wrong.append((seed, bytes(changed), about))
    for other, given_, where in wrong:
        with pytest.raises(WireError):
            box.opened(other, given_, where)
