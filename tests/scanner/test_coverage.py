"""Coverage is a state: whatever scans have been, every output tells the same numbers, and they are those of the disk."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from scanner.acts.issuing import Order, context_of, issue, japanese
from scanner.cli.status import command as status
from scanner.inventory import coverage
from scanner.inventory.home import Home, prepare
from scanner.inventory.reader import Reader
from scanner.model import OutcomeKind, Reason
from scanner.paths import names
from scanner.policy.verdict import Judge
from scanner.report import articles, overview
from scanner.report.forms import monthly
from scanner.report.pack import build
from scanner.scan.local import Options, scan
from scanner.sources import walk as walking
from scanner.sources.mounting import Mounted
from tests.conftest import Sekisho
from tests.moments import at
from tests.scanner.reading import KINDS, Reading

FILES = [f"{folder}/{name}" for folder in ("a", "a/b", "c") for name in ("1", "2", "3")]


class Office:
    """Two roots, their scans, and a second book of what those scans have seen."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.home = folder, Home(folder / "home")
        prepare(self.home)
        self.closed: set[bytes] = set()
        self.book: dict[bytes, tuple[str, str]] = {}
        self.walked: dict[bytes, bool] = {}
        for name in ("a/b", "c"):
            (folder / name).mkdir(parents=True)
        self._listed = walking._listed
        monkeypatch.setattr(walking, "_listed", self._list)

    def _list(self, folder: Any) -> Any:
        if folder.path in self.closed:
            raise PermissionError(13, "denied")
        return self._listed(folder)

    def path(self, name: str) -> bytes:
        return os.fsencode(self.folder / name)

    def scan(self, roots: list[str], most: int) -> None:
        reading = Reading(most)
        chosen = tuple(map(self.path, roots))
        summary = scan(Options(chosen, "quick", elsewhere=reading), self.home, Judge(None), lambda _: None)
        met = {o.ref.path: o for o in reading.met}
        for path, outcome in met.items():
            before = self.book.get(path, ("", ""))[0]
            kind = before if outcome.kind is OutcomeKind.UNCHANGED else outcome.kind.value
            reason = outcome.contents.reason.value if outcome.contents.reason else ""
            self.book[path] = (kind, "" if reason == "empty" else reason)
        blocked = [p for p, o in met.items() if o.contents.reason is Reason.UNREADABLE]
        lost = blocked if summary.interrupted else chosen
        below = [p for p in self.book if p not in met and any(names.within(p, r) for r in lost)]
        for path in below:
            if any(names.inside(path, b) for b in blocked):
                kind, reason = self.book[path]
                self.book[path] = ("not_examined", reason or "not_reached")
            else:
                del self.book[path]
        for root in chosen:
            self.walked[root] = self.walked.get(root, False) or not summary.interrupted

    def expected(self) -> tuple[Counter[str], Counter[str]]:
        counts = Counter(kind for kind, _ in self.book.values())
        reasons = Counter(reason for _, reason in self.book.values() if reason)
        reasons["not_walked"] += sum(not w for w in self.walked.values())
        return counts, +reasons

    def told(self) -> coverage.Coverage:
        reader = Reader(self.home.database)
        try:
            return coverage.of(reader.db)
        finally:
            reader.close()


STEP = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(FILES), st.sampled_from(sorted(KINDS))),
    st.tuples(st.just("remove"), st.sampled_from(FILES)),
    st.tuples(st.just("close"), st.sampled_from(["a/b", "c"])),
    st.tuples(st.just("open"), st.sampled_from(["a/b", "c"])),
    st.tuples(st.just("scan"), st.sampled_from([["a"], ["c"], ["a", "c"]]), st.sampled_from([1, 2, 4, 99, 99, 99])),
)


@given(st.lists(STEP, min_size=3, max_size=14))
@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])
def test_every_output_tells_what_an_independent_count_tells(steps: list[tuple[Any, ...]]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder).resolve(), monkeypatch)
        for number, (act, *rest) in enumerate([*steps, ("scan", ["a", "c"], 2), ("scan", ["a"], 99)]):
            if act == "write":
                (office.folder / rest[0]).write_text(f"{rest[1]} {number}" if rest[1] != "none" else "none")
            elif act == "remove":
                (office.folder / rest[0]).unlink(missing_ok=True)
            elif act == "close":
                office.closed.add(office.path(rest[0]))
            elif act == "open":
                office.closed.discard(office.path(rest[0]))
            else:
                office.scan(*rest)
                _agree(office)
        office.closed.clear()
        office.scan(["a", "c"], 99)
        _agree(office)
        lying = Counter(
            KINDS[(Path(above) / name).read_text().split()[0]]
            for root in ("a", "c")
            for above, _, names in os.walk(office.folder / root)
            for name in names
        )
        told = office.told()
        assert told.files == lying.total()
        assert told.examined == lying[None] + lying[Reason.EMPTY]
        assert told.gaps == lying.total() - told.examined


def _agree(office: Office) -> None:
    counts, reasons = office.expected()
    told = office.told()
    assert {k: n for k, n in told.counts.items() if n} == dict(counts)
    assert {r: t.number for r, t in told.reasons.items()} == dict(reasons)
    gaps, files = told.gaps, told.files
    shown = CliRunner().invoke(status, ["--home", str(office.home.path), "--format", "json"], standalone_mode=False)
    assert shown.exception is None, shown.exception
    found = json.loads(shown.output)
    assert (found["files"], found["gaps"]) == (files, gaps)
    reader = Reader(office.home.database)
    page = overview.build(reader)
    assert (
        f"{files} files = {counts['examined']} examined + {counts['partial']} partial + {counts['not_examined']} not examined; {gaps} gaps"
        in page
    )
    bars = re.findall(r'<span class="(examined|partial|not_examined)" style="width:([0-9.]+)%"', page)
    assert dict(bars) == {k: f"{100 * n / files:.2f}" for k, n in counts.items()}
    with japanese():
        context = context_of(Order("19"), office.home, reader, None)
        assert articles.table(context)[0].observed.endswith(f"{files:,} 件(未検査 {gaps:,})")
        listed = [int(str(r[2]).partition("(")[0]) for r in monthly.report(context).rows if r[0] == "未検査範囲"]
        assert sum(listed) == gaps
        rows = list(csv.reader(io.StringIO(build._coverage(context).decode("utf-8-sig"))))
        assert rows[-1][:3] == ["未検査の合計", "", str(gaps)]
    html = issue(Order("18", "html"), office.home, reader, None, "").decode()
    assert f"全 {files} 件、未検査 {gaps} 件" in html
    reader.close()


def test_what_is_unread_stays_unread_in_every_header(sekisho: Sekisho, tmp_path: Path) -> None:
    shutil.copy(Path(__file__), tmp_path / "readable.txt")
    (tmp_path / "locked.docx").write_bytes(b"PK\x03\x04" + b"\0" * 40)
    for _ in range(2):
        sekisho("scan", tmp_path, "--depth", "quick", "--quiet")
    assert sekisho("report", "18", "--format", "html", "-o", tmp_path / "18.html").code == 0
    assert "未検査 1 件(最後に試みた日時" in (tmp_path / "18.html").read_text()


def test_a_place_that_no_scan_has_walked_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path, monkeypatch)
    (tmp_path / "a/1").write_text("good")
    with at("2026-04-01T10:00:00+09:00"):
        office.scan(["a"], 99)
    reader = Reader(office.home.database)
    inside, outside = office.path("a/b"), office.path("elsewhere")
    found = coverage.of(reader.db, [inside, outside])
    assert [w.path for w in found.unwalked] == [outside]
    assert (found.files, found.gaps) == (0, 1)
    assert coverage.of(reader.db, [office.path("a")]).gaps == 0
    assert coverage.of(reader.db, [office.path("a")], "2026-04-02T00:00:00Z").reasons.keys() == {
        "not_reached",
        "not_walked",
    }
    assert coverage.of(reader.db).counts == {"examined": 1, "partial": 0, "not_examined": 0}


def test_file_systems_that_are_passed_by_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(
            Mounted,
            "special",
            lambda _, device, path: "autofs" if path.endswith(os.fsencode(Path("a/b"))) else "",
        )
        patch.setattr(walking, "_Walk", type("Passing", (walking._Walk,), {"_entry": _passing}))
        office.scan(["a"], 99)
    found = office.told()
    assert found.systems == ((office.path("a/b"), "autofs"),)
    assert (found.gaps, found.files) == (1, 0)
    office.scan(["a"], 99)
    assert office.told().gaps == 0


_ENTRY = walking._Walk._entry


def _passing(self: Any, path: bytes, status: os.stat_result, _: int) -> Any:
    """As if every folder stood on a device of its own."""
    return _ENTRY(self, path, status, -1)
