"""What a scan tells of points is what stands in the inventory."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from scanner.model import Outcome
from scanner.report.summary import Summary
from scanner.report.writers import writer
from scanner.scan.local import Options, scan
from tests.scanner.points_desk import Desk, contract, desk  # noqa: F401
from tests.scanner.reading import Reading


def _told(desk: Desk, style: str, roots: tuple[str, ...] = ("store", "out", "other")) -> tuple[str, Summary]:
    stream = io.StringIO()
    report = writer(style, stream, has_policy=True)
    chosen = tuple(os.fsencode(desk.folder / r) for r in roots)
    summary = scan(Options(chosen, "quick", elsewhere=Reading()), desk.home, desk.judge("main"), report.add)
    report.end(summary)
    return stream.getvalue(), summary


@pytest.mark.parametrize("roots", [("store", "out", "other"), ("out",)])
def test_what_the_summary_counts_stands_in_the_lines(desk: Desk, roots: tuple[str, ...]) -> None:
    """Points that only the sum over all files or a register gives, as much as those of the place."""
    desk.original("A")
    desk.write("store/list.csv", "good person number copy-1")  # neither My Numbers nor a copy were agreed to
    desk.write("out/list.csv", "good person number copy-1")
    desk.write("out/plain.csv", "good person")
    for _ in range(2):  # and so it is told of files that are met again
        text, summary = _told(desk, "jsonl", roots)
        lines = [json.loads(line) for line in text.splitlines()]
        files = {Path(line["path"]).name + line["verdict"]: line for line in lines if line["type"] == "file"}
        points = [line for line in lines if line["type"] == "point"]
        assert lines[-1]["points"] == dict(sorted(summary.points.items()))
        assert {"F03-OUTSIDE", "F05-MYNUMBER", "F07-UNDECLARED", "F16-OVERDUE"} <= summary.points.keys()
        paths = {line["path"] for line in files.values()}
        in_lines = Counter(code for line in files.values() for code in line["points"])
        apart = Counter(point["code"] for point in points if point.get("path") not in paths)
        assert in_lines + apart == summary.points
        assert all(
            point["code"] in files_line["points"]
            for point in points
            for files_line in files.values()
            if files_line["path"] == point.get("path")
        )
        assert "F05-MYNUMBER" in files["list.csvoutside"]["points"]
    document = json.loads(_told(desk, "json", roots)[0])
    assert Counter(code for line in document["files"] for code in line["points"]) == in_lines
    rows = list(csv.DictReader(io.StringIO(_told(desk, "csv", roots)[0].removeprefix("\ufeff"))))
    assert Counter(code for row in rows for code in row["points"].split()) == in_lines
    results = json.loads(_told(desk, "sarif", roots)[0])["runs"][0]["results"]
    assert {code for result in results for code in result.get("properties", {}).get("points", ())} == set(in_lines)


@pytest.mark.parametrize("policy", ["main", "", "strange", "empty", "of-b"])
def test_what_a_scan_tells_of_places_is_what_stands(desk: Desk, policy: str) -> None:
    """Who knows no policy, or another one, tells what stands in the inventory, neither less nor more."""
    desk.policy("main", contract("A", "store"), contract("B", "other"))
    desk.policy("of-b", contract("B", "other"))
    desk.original("A")
    desk.write("store/list.csv", "good person copy-1")
    desk.write("other/more.csv", "good person")
    desk.write("out/copy.csv", "good person and copy-1")
    desk.write("out/none.csv", "good nobody")
    desk.scan()
    for _ in range(2):
        told = list[Outcome]()
        roots = tuple(os.fsencode(desk.folder / r) for r in ("store", "out", "other"))
        summary = scan(Options(roots, "quick", elsewhere=Reading()), desk.home, desk.judge(policy), told.append)
        standing = desk.rows(
            "select f.path, p.code from points p join files f on f.id = p.file_id where p.state = 'open' and p.code like 'F03%' order by 1"
        )
        assert sorted((o.ref.path, code) for o in told for code in o.points) == standing
        assert summary.points == desk.open()
        desk.write("out/new.csv", "good person once more")
        desk.write("out/copy.csv", "good person, and still copy-1")


def test_the_conclusion_counts_each_file_once(desk: Desk) -> None:
    desk.original("A")
    desk.write("store/list.csv", "good person number copy-1")  # two points, and it lies where it may
    desk.write("out/list.csv", "good person number copy-1")
    text, _ = _told(desk, "table")
    files = desk.rows("select count(distinct file_id) from points where state = 'open' and file_id is not null")[0][0]
    last = text.strip().splitlines()[-1]
    assert [int(n) for n in re.findall(r"\d+", last)] == [files, 1] == [2, 1]
