"""What comes back and what is handed on holds no value: neither the hub's folder, nor what is said in clear before TLS, nor logs, nor a copy."""

from __future__ import annotations

import base64
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.custody_office import rows as people
from benchmarks.hub.world import Hub, Terminal, connected
from scanner.acts.declaring import declare
from scanner.hub import copying, parcels, publishing
from tests.conftest import Sekisho
from tests.scanner.officers_hub import ask, decided, officers_hub, open_points, rules_in, staged, talked
from tests.scanner.world import table

PLANTED = "山田花子"
PLACE = """
[[contract.place]]
id = "s"
kind = "storage"
host = "PC-*"
path = "{folder}/store"
"""


@pytest.fixture
def said() -> list[bytes]:
    """What travelled, either way."""
    return []


@pytest.fixture
def hub(tmp_path: Path, said: list[bytes]) -> Iterator[Hub]:
    folder = tmp_path / "hub"
    folder.mkdir()
    rules = Path(rules_in(folder).path)
    text = rules.read_text(encoding="utf-8")
    rules.write_text(
        text.replace("[[contract.worker]]", PLACE.format(folder=tmp_path.as_posix()) + "[[contract.worker]]", 1),
        encoding="utf-8",
    )
    made = officers_hub(folder)
    answer = made.answers.answer

    def heard(path: str, headers: Any, body: bytes, address: str = "") -> dict[str, Any]:
        said.extend((str(headers).encode(), body))
        if path == "/v1/batch":
            said.append(zlib.decompress(body[64:]))
        told = answer(path, headers, body)
        said.append(str(told).encode())
        if path == "/v1/fetch":
            said.append(base64.b64decode(told["data"]))
        return told

    made.answers.answer = heard  # type: ignore[method-assign]
    with connected(made):
        yield made
    made.desk.database.close()


def values() -> list[str]:
    """Names, addresses, numbers of the invented persons."""
    return [str(cell) for row in people(12, 91) for cell in row if cell and len(str(cell)) >= 4] + [PLANTED]


@pytest.mark.slow
def test_no_value_is_in_what_came_back_or_was_handed_on(
    hub: Hub, said: list[bytes], tmp_path: Path, sekisho: Sekisho
) -> None:
    policy = rules_in(hub.home.path)
    pieces = publishing.prepare(Path(policy.path))
    for number in ("W-1", "W-2"):
        pieces = publishing.sign(pieces, hub.home, policy, number, ask)
    publishing.publish(hub.desk, pieces)
    one, three = (Terminal(tmp_path / name, name, seed) for seed, name in enumerate(("PC-1", "PC-3")))
    for terminal in (one, three):
        terminal.enrol(hub.token())
        talked(hub, terminal)
    vouchers = parcels.prepare(hub.desk)
    for number in ("W-1", "W-2"):
        vouchers = parcels.sign(vouchers, hub.home, policy, number, ask)
    parcels.publish(hub.desk, vouchers)
    for name in ("store", "away"):
        (tmp_path / name).mkdir()
    original, copy = tmp_path / "store" / f"{PLANTED}.xlsx", tmp_path / "away" / f"{PLANTED}_写し.xlsx"
    for file in (original, copy):
        file.write_bytes(table(12, 91))
    mine = ("--home", one.home.path, "-p", one.home.path / "policy.toml")
    assert sekisho("receive", original, "--contract", "A", *mine).code == 0
    for terminal in (one, three):
        talked(hub, terminal)
    theirs = ("--home", three.home.path, "-p", three.home.path / "policy.toml")
    found = sekisho("scan", tmp_path / "away", "--depth", "quick", "--format", "jsonl", *theirs)
    assert "F07-UNDECLARED" in found.summary()["points"]
    talked(hub, three)
    points = open_points(hub.home)
    decided(hub, points[0])
    staged(hub, points[-1], "review")
    declare(hub.home, None, points[-1], "W-3", reason="試験")
    for terminal in (three, one):
        talked(hub, terminal)
    made = tmp_path / "hub.zip"
    copying.make(hub.desk, made, tmp_path / "hub.keys", lambda: "purple 12 lanterns at the gate")
    hub.desk.database.close()
    kept = {str(path): path.read_bytes() for path in hub.home.path.rglob("*") if path.is_file()}
    with zipfile.ZipFile(made) as archive:
        kept |= {f"copy {name}": archive.read(name) for name in archive.namelist()}
    kept |= {f"log of {t.name}": t.home.log.read_bytes() for t in (one, three) if t.home.log.exists()}
    kept |= {"keys": (tmp_path / "hub.keys").read_bytes(), "said": b"\n".join(said)}
    assert len(said) > 50
    assert len(values()) > 20
    for where, data in kept.items():
        told = [value for value in values() if value.encode() in data or value.encode("utf-16-le") in data]
        assert told == [], where
