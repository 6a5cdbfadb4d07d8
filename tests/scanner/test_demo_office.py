"""The sample office through the program itself: what is planted is found at its place, what is clean stays clean."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from scanner.demo.office import SHARE, STORE, TROUBLE, WORK, Planted
from tests.conftest import Result, Sekisho


@pytest.fixture(scope="module")
def scanned(office: Path, command: list[str], tmp_path_factory: pytest.TempPathFactory) -> Result:
    import os
    import subprocess

    home = tmp_path_factory.mktemp("state")
    done = subprocess.run(
        [*command, "scan", "--home", str(home), "-p", str(office / "policy.toml"), "--format", "jsonl", str(office)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
        timeout=280,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def _places(item: dict[str, Any], entity: str) -> set[str]:
    """All single places of an entity, ranges unfolded."""
    found: set[str] = set()
    for finding in item["findings"]:
        if finding["entity"] != entity:
            continue
        for place in finding["where"]:
            cells = re.fullmatch(r"(.*?)([A-Z]+)(\d+):\2(\d+)", place)
            lines = re.fullmatch(r"(.*?)(line|page|slide|paragraph) (\d+)-(\d+)", place)
            if cells:
                found |= {f"{cells[1]}{cells[2]}{n}" for n in range(int(cells[3]), int(cells[4]) + 1)}
            elif lines:
                found |= {f"{lines[1]}{lines[2]} {n}" for n in range(int(lines[3]), int(lines[4]) + 1)}
            else:
                found.add(place)
    return found


def test_exit_code_says_points(scanned: Result) -> None:
    assert scanned.code == 1
    assert scanned.err == ""


def test_everything_planted_is_reported_with_its_place(scanned: Result, planted: list[Planted]) -> None:
    files = scanned.files()
    missing = [
        (p.file, p.where, p.entity) for p in planted if p.where not in _places(files[Path(p.file).name], p.entity)
    ]
    assert missing == []


def test_files_outside_are_points_and_files_inside_are_not(scanned: Result, planted: list[Planted]) -> None:
    files = scanned.files()
    for file in {p.file for p in planted}:
        item = files[Path(file).name]
        if file.startswith(STORE):
            assert (item["verdict"], item["points"], item["consent"]) == ("in_place", [], "承諾-2026-0042")
        else:
            assert (item["verdict"], item["points"]) == ("outside", ["F03-OUTSIDE"])


def test_no_clean_file_is_reported(scanned: Result) -> None:
    for item in scanned.lines()[:-1]:
        if WORK in Path(item["path"]).parts or item["path"].endswith("policy.toml"):
            assert item["findings"] == [], item["path"]
            assert item["outcome"] == "examined"


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("暗号化名簿.xlsx", "not_examined", "encrypted"),
        ("途中で切れた報告書.docx", "partial", "truncated"),
        ("空のファイル.txt", "examined", "empty"),
        ("~$申込者一覧.xlsx", "not_examined", "lock_file"),
        ("図面.dwg", "not_examined", "unsupported"),
        ("写真.png", "not_examined", "picture"),
    ],
)
def test_files_that_cannot_be_read_say_why(scanned: Result, name: str, outcome: str, reason: str) -> None:
    item = scanned.files()[name]
    assert (item["outcome"], item["reason"]) == (outcome, reason)


def test_sums_equal_the_walk(scanned: Result, office: Path) -> None:
    s = scanned.summary()
    walked = sum(1 for p in office.rglob("*") if p.is_file())
    assert s["walked"] == walked == len(scanned.lines()) - 1
    assert s["walked"] == s["examined"] + s["unchanged"] + s["partial"] + s["not_examined"]
    assert sum(1 for o in scanned.lines()[:-1] if o["reason"]) == sum(s["reasons"].values())


def test_persons_are_counted_as_a_range(scanned: Result) -> None:
    files = scanned.files()
    assert files["申込者一覧.xlsx"]["persons"] == {"min": 9, "max": 9}
    assert files["聞き取りメモ.txt"]["persons"] == {"min": 1, "max": 1}


def test_kinds_of_office_are_there(office: Path) -> None:
    suffixes = {p.suffix for p in office.rglob("*") if p.is_file()}
    assert {".xlsx", ".csv", ".docx", ".pptx", ".pdf", ".eml", ".zip", ".txt", ".html"} <= suffixes
    assert sum(1 for p in office.rglob("*") if p.is_file()) >= 30
    assert (office / SHARE).is_dir()
    assert (office / TROUBLE).is_dir()


def test_password_opens_the_encrypted_file(sekisho: Sekisho, office: Path, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.txt"
    passwords.write_text("wrong\nsample-password\n", encoding="utf-8")
    result = sekisho("scan", "--format", "jsonl", "--passwords", passwords, office / TROUBLE / "暗号化名簿.xlsx")
    item = result.files()["暗号化名簿.xlsx"]
    assert item["outcome"] == "examined"
    assert item["entities"]["JP_MY_NUMBER"] == 3
