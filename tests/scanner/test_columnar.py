"""Tables stored by columns are read as rows; without the extra, and where they are damaged, that is told."""

from __future__ import annotations

import builtins
import io
import random

import pyarrow
import pytest
from fastavro import writer
from pyarrow import feather, orc, parquet

from scanner.model import Reason
from tests.scanner.test_text_kinds import looked

_NAMES = ("高梨 美穂", "吉岡 兼子")
_COLUMNS = {
    "氏名": list(_NAMES),
    "電話": ["090-4455-6677", None],
    "年齢": [41, 52],
    "顔": [[0.25] * 4, [0.5] * 4],
    "写真": [b"", b""],
}


def _made() -> dict[str, bytes]:
    table = pyarrow.table(_COLUMNS)
    found: dict[str, bytes] = {}
    for name, write in (
        ("a.parquet", parquet.write_table),
        ("a.feather", feather.write_feather),
        ("a.orc", orc.write_table),
    ):
        out = io.BytesIO()
        write(table, out)
        found[name] = out.getvalue()
    out = io.BytesIO()
    fields = [{"name": "n", "type": "string"}, {"name": "t", "type": ["null", "string"]}]
    rows = [{"n": n, "t": t} for n, t in zip(_NAMES, _COLUMNS["電話"], strict=True)]
    writer(out, {"type": "record", "name": "r", "fields": fields}, rows)
    return found | {"a.avro": out.getvalue()}


MADE = _made()


@pytest.mark.parametrize("name", sorted(MADE))
def test_rows_under_their_columns(name: str) -> None:
    text, missed = looked(MADE[name], name)
    lines = [line.split("\t") for line in text.split("\n")]
    assert lines[0][:2] == (["氏名", "電話"] if name != "a.avro" else ["n", "t"])
    assert lines[1][:2] == ["高梨 美穂", "090-4455-6677"]
    assert any("吉岡 兼子" in line for line in lines)
    assert not missed


@pytest.mark.parametrize("name", sorted(MADE))
def test_without_the_extra_it_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def lacking(module: str, *more: object, **others: object) -> object:
        if module.partition(".")[0] in ("pyarrow", "fastavro"):
            raise ImportError(module)
        return real(module, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", lacking)
    assert Reason.UNSUPPORTED in looked(MADE[name], name)[1]


@pytest.mark.parametrize("name", sorted(MADE))
def test_damage_never_stops_a_reader(name: str) -> None:
    chance = random.Random(name)
    for number in range(40):
        changed = bytearray(MADE[name])
        for _ in range(chance.choice((1, 8))):
            changed[chance.randrange(8, len(changed))] = chance.randrange(256)
        looked(bytes(changed[: chance.randrange(8, len(changed))] if number % 3 == 0 else changed), name)
