"""``scan --dry-run``: says what a scan would meet, reads and writes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scanner.scan import priority
from tests.conftest import Sekisho


@pytest.fixture
def office_of_three(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    (folder / "in").mkdir(parents=True)
    (folder / "in/a.txt").write_text("電話 03-1234-5678", encoding="utf-8")
    (folder / "b.csv").write_text("氏名,電話\n", encoding="utf-8")
    (folder / "c").write_text("x")
    return folder


def told(sekisho: Sekisho, *arguments: object) -> dict[str, Any]:
    done = sekisho("scan", "--dry-run", "--format", "json", *arguments)
    assert done.code == 0, done.err
    return dict(json.loads(done.out))


def test_what_is_met_is_counted_and_nothing_is_written(sekisho: Sekisho, office_of_three: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    found = told(sekisho, office_of_three, "--home", home)
    assert (found["files"], found["to_read"], found["unchanged"]) == (3, 3, 0)
    assert found["bytes"] == sum(p.stat().st_size for p in office_of_three.rglob("*") if p.is_file())
    assert found["endings"] == {".txt": 1, ".csv": 1, "": 1}
    assert found["seconds"] is None
    assert not home.exists()


def test_it_foretells_what_the_scan_does(sekisho: Sekisho, office_of_three: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for path in office_of_three.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    before = sekisho("scan", office_of_three, "--home", home, "--format", "jsonl").summary()
    (office_of_three / "d.txt").write_text("new")
    found = told(sekisho, office_of_three, "--home", home)
    after = sekisho("scan", office_of_three, "--home", home, "--format", "jsonl").summary()
    assert found["files"] == after["walked"] == before["walked"] + 1
    assert found["unchanged"] == after["unchanged"]
    assert told(sekisho, office_of_three, "--home", home, "--full")["unchanged"] == 0


def test_sentences_and_refusals(sekisho: Sekisho, office_of_three: Path) -> None:
    done = sekisho("scan", "--dry-run", office_of_three)
    assert "Forecast: 3 files" in done.out
    assert "No file was read" in done.out
    assert sekisho("scan", "--dry-run", office_of_three / "no").code == 2
    assert sekisho("scan", "--dry-run", "--format", "sarif", office_of_three).code == 2


def test_it_counts_what_the_scan_is_told_with(sekisho: Sekisho, office_of_three: Path, tmp_path: Path) -> None:
    """Without an inventory nothing is known, a rate and a window make it longer, exclusions are named."""
    home = tmp_path / "home"
    for path in office_of_three.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    (office_of_three / "big.bin").write_bytes(b"\0" * 3_000_000)
    os.utime(office_of_three / "big.bin", (1_700_000_000, 1_700_000_000))
    sekisho("scan", office_of_three, "--home", home)
    kept = told(sekisho, office_of_three, "--home", home)
    assert kept["to_read"] + kept["unchanged"] == 4  # one that had only just been written is read again
    found = told(
        sekisho, office_of_three, "--home", home, "--no-store", "--max-rate", "0.01", "--window", "23:58-00:01"
    )
    assert (found["to_read"], found["unchanged"], found["seconds"]) == (4, 0, None)
    assert found["seconds_by_rate"] == pytest.approx(300, abs=1)
    assert found["days"] == [2, 2]
    (office_of_three / ".sekishoignore").write_text("*.csv\n", encoding="utf-8")
    done = told(sekisho, office_of_three, "--home", home, "--exclude", "in/", "--exclude", "*.bin")
    assert (done["files"], done["unseen"]) == (3, {})  # .sekishoignore among them
    assert {(e["pattern"], e["entries"], e["known"]) for e in done["excluded"]} == {("in/", 1, 1), ("*.bin", 1, 1)}
    assert [r["why"] for r in done["not_applied"]] == ["not_allowed"]
    text = sekisho("scan", "--dry-run", office_of_three, "--home", home, "--exclude", "*.bin", "--max-rate", "1").out
    assert "*.bin" in text


@pytest.mark.parametrize(
    ("hours", "seconds"),
    [("", 86_400), ("09:00-17:30", 30_600), ("23:00-01:00", 7_200), ("00:00-00:00", 86_400), ("00:00-23:59", 86_340)],
)
def test_a_window_has_a_length(hours: str, seconds: int) -> None:
    assert priority.length(hours) == seconds
