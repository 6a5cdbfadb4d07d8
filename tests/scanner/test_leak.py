"""Promise 1: no table, log or report holds a detected value, in clear or as an unkeyed hash."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from detectors.engine import Engine
from scanner.demo.office import Planted
from scanner.detect import judge
from scanner.detect.assemble import Detection
from scanner.model import Block, Reason
from scanner.pipeline import Read, reason_of
from scanner.sandbox.wire import dumped
from tests.conftest import Sekisho


def _state_and_reports(sekisho: Sekisho, office: Path, tmp_path: Path) -> list[Path]:
    copy = tmp_path / "office"
    shutil.copytree(office, copy)
    home = tmp_path / "home"
    out = tmp_path / "out"
    out.mkdir()
    for style in ("table", "jsonl", "json", "csv", "sarif"):
        result = sekisho(
            "scan", "--home", home, "-p", copy / "policy.toml", "--format", style, "-o", out / f"scan.{style}", copy
        )
        assert result.code == 1, result.err
    assert sekisho("report", "overview", "--home", home, "-o", out / "overview.html").code == 0
    return [p for p in (*home.rglob("*"), *out.rglob("*")) if p.is_file() and "keys" not in p.parts]


def test_state_and_reports_hold_no_planted_value(
    sekisho: Sekisho, office: Path, planted: list[Planted], tmp_path: Path
) -> None:
    files = _state_and_reports(sekisho, office, tmp_path)
    assert {"inventory.db", "sekisho.log", "overview.html"} <= {p.name for p in files}
    values = (
        {p.value for p in planted if p.entity != "PERSON"}
        | {p.value.replace(" ", "") for p in planted if p.entity == "PERSON"}
        | {p.value for p in planted}
    )
    values |= {v.replace("-", "") for v in values}
    needles = {v.encode("utf-8") for v in values} | {v.encode("utf-16-le") for v in values}
    for value in values:
        for algorithm in ("md5", "sha1", "sha256", "blake2b"):
            digest = hashlib.new(algorithm, value.encode())
            needles |= {digest.digest()[:8], digest.hexdigest()[:16].encode()}
    for path in files:
        data = path.read_bytes()
        for needle in needles:
            assert needle not in data, path.name


def test_our_own_detectors_find_nothing_in_state_and_reports(
    sekisho: Sekisho, office: Path, planted: list[Planted], tmp_path: Path
) -> None:
    files = _state_and_reports(sekisho, office, tmp_path)
    engine = Engine("quick")
    values = {p.value for p in planted}
    for path in files:
        text = path.read_bytes().decode("utf-8", "replace")
        for match in engine.analyze(text).matches:
            assert text[match.start : match.end] not in values, path.name
            assert match.entity not in ("JP_MY_NUMBER", "CREDIT_CARD", "PHONE_NUMBER", "EMAIL_ADDRESS"), path.name


class _Recorded:
    """The child's end of the wire, in this process."""

    def __init__(self, jobs: list[tuple[dict[str, Any], list[int]]]) -> None:
        self._jobs, self.answers = iter(jobs), []  # type: ignore[var-annotated]

    def job(self) -> tuple[dict[str, Any], list[int]] | None:
        return next(self._jobs, None)

    def answer(self, message: Any) -> None:
        self.answers.append(message)


@pytest.mark.parametrize("fault", [ValueError, KeyError, RecursionError, MemoryError, judge.TimeUp])
def test_fault_of_a_detector_costs_the_file_and_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    """Whatever a detector raises, what leaves the judge is the kind of the fault; ``reason_of`` makes the file partial."""

    def explode(self: Detection, block: Block) -> None:
        raise fault(block.text)

    monkeypatch.setattr(Detection, "add", explode)
    monkeypatch.setattr(judge, "_engine", lambda depth: None)
    monkeypatch.setattr(judge, "allow", lambda *_, **__: None)
    source, sink = os.pipe()
    os.write(sink, dumped([["line", "", 1, "個人番号 123456789018"]]))
    os.close(sink)
    wire = _Recorded([({"depth": "quick", "house": ""}, []), ({"cpu": 9, "memory": 0, "prints": False}, [source])])
    judge.Bench(wire).serve()  # type: ignore[arg-type]
    (answer,) = wire.answers
    assert "123456789018" not in repr(answer)
    assert answer["again"]
    found = answer["found"]
    read = Read("text/plain", chars=17, unread=found["unread"])
    wanted = {MemoryError: Reason.MEMORY_LIMIT, judge.TimeUp: Reason.TIME_LIMIT}
    assert reason_of(read) is wanted.get(fault, Reason.DETECTION_FAILED)


def test_places_named_after_values_hold_none(sekisho: Sekisho, tmp_path: Path) -> None:
    """Keys of json, sheets, members and tables may themselves be a number or an address."""
    import json
    import zipfile

    from scanner.demo import formats

    number, mail = "621498320257", "hanako.planted@mail.example.jp"
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.json").write_text(
        json.dumps({number: {"電話": "03-1234-5678"}, mail: [{"電話": "03-1234-5679"}]}), encoding="utf-8"
    )
    (tree / "b.xlsx").write_bytes(formats.xlsx({number: [("氏名", "電話"), ("山田 太郎", "03-1234-5678")]}))
    with zipfile.ZipFile(tree / "c.zip", "w") as archive:
        archive.writestr(f"{mail}.txt", "電話 03-1234-5678")
        archive.writestr(f"{number}.dwg", b"AC1032" + bytes(200))
    result = sekisho("scan", "--home", tmp_path / "home", "--format", "jsonl", tree)
    assert result.summary()["walked"] == 3
    for item in result.lines()[:-1]:
        assert item["entities"]["PHONE_NUMBER"] >= 1
    stored = b"".join(p.read_bytes() for p in (tmp_path / "home").rglob("*") if p.is_file() and "keys" not in p.parts)
    for value in (number, mail):
        assert value not in result.out
        assert value.encode() not in stored
