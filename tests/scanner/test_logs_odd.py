"""Logs of other products as they come: impossible moments, marks, odd codecs, machines by other names, words that are no numbers."""

from __future__ import annotations

import json
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from encodings.aliases import aliases
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import clock
from scanner.acts.logs import importing, mapping, rows
from scanner.acts.logs.mapping import MappingError
from scanner.acts.logs.rows import Bad, Row
from scanner.agent.masking import Masking
from scanner.duties.interface import View
from scanner.duties.logged import Logged
from scanner.inventory import outside
from scanner.inventory.home import locate, prepare
from scanner.inventory.machines import Machines
from scanner.inventory.outside import Seen
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from tests import moments

ZONE = clock.zone_of("Asia/Tokyo")
NOW = "2026-11-24T10:00:00+09:00"
MAP = 'product = "X"\naction = "carry"\n{more}\n[columns]\nat = "日時"\npath = "名前"\n'


def read(folder: Path, data: bytes, more: str = "") -> list[Row | Bad]:
    (folder / "map.toml").write_text(MAP.format(more=more), encoding="utf-8")
    (folder / "log.csv").write_bytes(data)
    return list(rows.read(folder / "log.csv", mapping.load(folder / "map.toml"), ZONE))


@given(st.datetimes(), st.sampled_from(["%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]))
def test_a_moment_that_cannot_be_is_told_and_never_entered(
    tmp_path_factory: pytest.TempPathFactory, moment: Any, form: str
) -> None:
    told = (
        f"{moment.year:04}{moment:/%m/%d %H:%M:%S}" if "%z" not in form else moment.isoformat("T", "seconds") + "-12:00"
    )
    with moments.at(NOW):
        (found,) = read(tmp_path_factory.getbasetemp(), f"日時,名前\n{told},a\n".encode(), f'time = ["{form}"]')
        if isinstance(found, Row):
            assert "1980" <= found.at <= "2026-11-25T01:00:00Z"
        else:
            assert found.why == "wrong_time"


def test_the_form_by_which_a_moment_can_be_is_taken(tmp_path: Path) -> None:
    with moments.at(NOW):
        (found,) = read(tmp_path, "日時,名前\n03-11-26,a\n".encode(), 'time = ["%y-%m-%d", "%d-%m-%y"]')
        assert isinstance(found, Row)
        assert found.at == "2003-11-25T15:00:00Z"
        (found,) = read(tmp_path, "日時,名前\n29-11-20,a\n".encode(), 'time = ["%y-%m-%d", "%d-%m-%y"]')
        assert isinstance(found, Row)
        assert found.at == "2020-11-28T15:00:00Z"


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("skip", [0, 1])
def test_a_mark_at_the_beginning_belongs_to_no_heading(tmp_path: Path, codec: str, skip: int) -> None:
    text = "\ufeff" + "出力\r\n" * skip + "日時,名前\r\n2026/11/20 10:00:00,a\r\n"
    (found,) = read(tmp_path, text.encode(codec), f'encoding = "{codec}"\nskip = {skip}')
    assert isinstance(found, Row)
    assert found.path == "a"


def test_every_codec_is_refused_or_reads_whatever_comes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 3 + b"\n2026/11/20 10:00:00,a\n\xff"
    for codec in sorted({*aliases.values(), "idna", "punycode", "undefined", "utf-8-sig", "no-such"}):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of escapes that are none
            try:
                found = read(tmp_path, data, f'encoding = "{codec}"\nheadings = false'.replace("日時", "1"))
            except MappingError:
                continue
        assert all(isinstance(one, (Row, Bad)) for one in found)


@pytest.mark.parametrize("form", ["%Q", "%", "%d %d", "%Y/%m/%d %H:%M:%S %-M"])
def test_a_form_that_nothing_can_be_read_by_is_refused(tmp_path: Path, form: str) -> None:
    with pytest.raises(MappingError) as wrong:
        read(tmp_path, b"", f'time = ["{form}"]')
    assert (wrong.value.code, "time" in str(wrong.value.details["keys"])) == ("bad_mapping", True)


@pytest.mark.parametrize(
    "spelled", ["PC-07", "pc-07.corp.example.jp", "CORP\\PC-07", "\\\\pc-07", "PC-07.corp.example.jp."]
)
@pytest.mark.parametrize("known", ["PC-07", "pc-07.corp.example.jp"])
@pytest.mark.parametrize("own", [False, True])
def test_a_machine_is_known_by_every_way_to_write_it(spelled: str, known: str, own: bool) -> None:
    machines = Machines(["", "PC-08"] if own else [known, "pc-08"], known if own else "pc-99")
    assert machines.meant(spelled) == ("" if own else known)


def test_machines_that_cannot_be_told_apart_are_none() -> None:
    two = Machines(["pc.a.example.jp", "pc.b.example.jp", "192.0.2.5"], "other")
    assert [two.meant(n) for n in ("PC", "pc.a.example.jp", "PC.B.example.jp", "pc.c.example.jp", "192.0.2.5", "192.0.2.6", "192", "")] == [
        None, "pc.a.example.jp", "pc.b.example.jp", None, "192.0.2.5", None, None, None,
    ]  # fmt: skip
    assert Machines([], "here").meant("") == ""


def test_what_was_entered_stands_in_the_record_also_where_the_rest_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(*_: object) -> Iterator[Row]:
        yield from (Row(n, "2026-11-20T01:00:00Z", "carry", f"/x/{n}", host="nobody") for n in range(25))
        raise MappingError("no_log", path="log.csv")

    home = locate(str(tmp_path / "home"))
    prepare(home)
    Store(home.database, only_notes=True).close()
    monkeypatch.setattr(rows, "read", breaking)
    monkeypatch.setattr(importing, "_AT_ONCE", 10)
    table = mapping.Mapping.model_validate({"product": "X", "columns": {"at": 1, "path": 2}, "action": "carry"})
    with pytest.raises(MappingError):
        importing.imported(home, None, tmp_path / "log.csv", table)
    with closing(sqlite3.connect(home.database)) as db:
        (told,) = db.execute("select details from ledger where kind = 'events_imported'").fetchone()
        (entered,) = db.execute("select count(*) from outside").fetchone()

    found = json.loads(told)
    assert (entered, found["new"], found["strange"], found["whole"]) == (20, 20, 20, False)


@pytest.mark.parametrize("registered", ["", "medium", "carryout", "transport"])
def test_words_of_a_log_leave_for_a_hub_only_where_a_register_knows_them(
    monkeypatch: pytest.MonkeyPatch, registered: str
) -> None:
    serial, host = "SN-東雲みどり", "東雲みどりのPC"
    seen = Seen(b"1", "X", "800-01-01T00:00:00Z", "carry", host, "W-1", "東雲みどりのUSB", serial, "", 1, 1)
    monkeypatch.setattr(outside, "leaving", lambda *_: [(seen, 4)])
    entries = {
        "carryout": {"reason": "納品", "starts": "2026-04-01", "due": "2026-04-02"},
        "transport": {"departed_on": "2026-04-01", "due": "2026-04-02", "medium": "USB"},
        "medium": {},
    }
    contract: dict[str, Any] = {"id": "A", "title": "業務"}
    policy: dict[str, Any] = {"contract": [contract]}
    if registered:
        (policy if registered == "medium" else contract)[registered] = [
            {"id": "1", "serial": serial.lower(), **entries[registered]}
        ]
    family = SimpleNamespace(original=SimpleNamespace(id=4, contract="A", family="R-4"))
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("create table files (host text)")
        view = View(db, Policy.model_validate(policy), [family], clock.today(), "pc-01")  # type: ignore[list-item]
        (fact,) = Logged(view).finish()  # also of a moment that no calendar reads, as earlier versions entered them
    left = Masking(b"k" * 32, "masked").working(json.dumps(fact.working, ensure_ascii=False)) or ""
    assert (host in left, "USB" in left, serial in left) == (False, False, bool(registered))
