"""Schedule and digest against a clock that ran ahead, an edited file, folders that are away, and days as people write them."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from scanner import clock
from scanner.agent import outbox, sending
from scanner.cli import scan
from scanner.cli.schedule import command
from scanner.inventory.home import Home, locate, prepare
from scanner.inventory.reader import Reader
from scanner.inventory.store import Run, Store
from scanner.model import Contents, FileRef, Ground, Outcome, OutcomeKind, Reason, Verdict, VerdictKind
from scanner.paths import system
from scanner.policy.models import Policy
from scanner.report import digest
from scanner.service.schedule import DAYS, NAME, load, save, weekdays
from tests import moments


class Done(NamedTuple):
    """What a command gave."""

    code: int
    out: str
    told: str
    """On both streams."""
    why: str
    """Code of its error."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return locate(str(tmp_path / "home"))


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Every folder whose scan was asked for; the scan itself does nothing."""
    asked: list[tuple[str, ...]] = []

    def start(paths: tuple[str, ...], *, absent: list[str], **_: Any) -> int:
        asked.append(paths)
        scan._roots(paths, absent)
        return 3 if absent else 0

    monkeypatch.setattr(scan, "start", start)
    return asked


def at(moment: str, home: Home, *words: str) -> Done:
    with moments.at(moment):
        done = CliRunner().invoke(command, [*words, "--home", str(home.path)], standalone_mode=False)
    code = done.return_value if done.exception is None else getattr(done.exception, "exit_code", 4)
    return Done(code or 0, done.stdout, done.output, getattr(done.exception, "code", ""))


def noted(home: Home) -> list[tuple[str, dict[str, Any]]]:
    reader = Reader(home.database)
    rows = reader.rows("select kind, details from ledger where kind like 'schedule%' order by seq")
    reader.close()
    return [(row["kind"], json.loads(row["details"])) for row in rows]


@pytest.mark.parametrize("when", ["ran", "set", "first set"])
def test_a_clock_that_ran_ahead_once_switches_nothing_off(
    tmp_path: Path, home: Home, scans: list[tuple[str, ...]], when: str
) -> None:
    words = ("set", str(tmp_path), "--at", "09:00")
    if when != "first set":
        assert at("2026-11-24T10:00:00+09:00", home, *words).code == 0
        assert at("2026-11-25T09:05:00+09:00", home, "run").code == 0
    ahead = ("run",) if when == "ran" else words
    assert at("2027-11-26T09:40:00+09:00", home, *ahead).code == 0
    scans.clear()
    shown = at("2026-11-28T08:00:00+09:00", home, "show")
    assert (shown.code, "2027-11-26" in shown.told) == (1, True), shown.told
    told = json.loads(at("2026-11-28T08:00:00+09:00", home, "show", "--format", "json").out)
    assert (told["missed"], told["due"][:10], told["ahead"][:4]) == (0, "2026-11-27", "2027")
    for day in (28, 29, 30):
        assert at(f"2026-11-{day}T09:01:00+09:00", home, "run").code == 0
        assert at(f"2026-11-{day}T09:30:00+09:00", home, "run").out.startswith("Nothing is due")
    assert len(scans) == 3
    assert at("2026-12-04T09:01:00+09:00", home, "show").code == 1


def test_what_is_scanned_is_what_was_set(tmp_path: Path, home: Home, scans: list[tuple[str, ...]]) -> None:
    (tmp_path / "empty").mkdir()
    assert at("2026-11-24T10:00:00+09:00", home, "set", str(tmp_path), "--at", "09:00").code == 0
    made = load(home.path)
    for update in (
        {"paths": (str(tmp_path / "empty"),)}, {"depth": "quick"}, {"exclude": ("*",)}, {"policy": "other.toml"}, {"window": "01:00-02:00"},
    ):  # fmt: skip
        save(home.path, made.model_copy(update=update))
        for words in (("run",), ("show",), ("install", "--print", "cron")):
            done = at("2026-11-25T09:05:00+09:00", home, *words)
            assert (done.code, done.why) == (2, "changed"), words
    (home.path / NAME).write_bytes(b"\xff")
    assert at("2026-11-25T09:05:00+09:00", home, "run").why == "unreadable"
    assert [(kind, told.get("count")) for kind, told in noted(home)[1:]] == [("schedule_missed", 1)]
    save(home.path, made.model_copy(update={"at": "23:59"}))  # of this the record decides
    assert at("2026-11-25T09:05:00+09:00", home, "run").code == 0
    assert scans == [(str(tmp_path),)]
    told = "\n".join(str(details) for _, details in noted(home))
    assert str(tmp_path) not in told


def test_a_folder_that_is_away_stops_no_other_and_what_breaks_off_is_entered(
    tmp_path: Path, home: Home, scans: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, share = tmp_path / "here", tmp_path / "share"
    here.mkdir()
    assert at("2026-11-24T10:00:00+09:00", home, "set", str(here), str(share), "--at", "09:00").code == 2
    share.mkdir()
    assert at("2026-11-24T10:00:00+09:00", home, "set", str(here), str(share), "--at", "09:00").code == 0
    share.rmdir()
    done = at("2026-11-25T09:05:00+09:00", home, "run")
    assert (done.code, str(share) in done.told, noted(home)[-1][1]["absent"]) == (3, True, 1)
    here.rmdir()
    assert at("2026-11-26T09:05:00+09:00", home, "run").code == 2

    def broken(*_: object, **__: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(scan, "start", broken)
    assert at("2026-11-26T09:15:00+09:00", home, "run").code != 0
    kinds = [(kind, told.get("code"), told.get("count")) for kind, told in noted(home)[1:]]
    assert kinds == [("schedule_ran", None, None), ("schedule_missed", 2, 1), ("schedule_missed", 4, 0)]
    assert at("2026-11-26T09:20:00+09:00", home, "show").code == 1


_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WAYS = ("{short}", "{long}", "{kanji}", "{kanji}曜", "{kanji}曜日")


@given(
    st.lists(st.sampled_from(range(7)), min_size=1, max_size=7),
    st.sampled_from(_WAYS),
    st.sampled_from(",、・ / "),
    st.booleans(),
)
def test_days_are_understood_whole(days: list[int], way: str, between: str, wide: bool) -> None:
    names = [way.format(short=DAYS[n].title(), long=_LONG[n].upper(), kanji="月火水木金土日"[n]) for n in days]
    expected = tuple(DAYS[n] for n in dict.fromkeys(days))
    text = between.join(names)
    assert weekdays(text.translate({ord(","): ","}) if wide else text) == expected
    assert weekdays("".join("月火水木金土日"[n] for n in days)) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [("mon-fri", DAYS[:5]), ("月~金", DAYS[:5]), ("月〜金", DAYS[:5]), ("月曜から金曜まで", DAYS[:5]), ("土-月", ("sat", "sun", "mon")),
     ("月ー水,土日", ("mon", "tue", "wed", "sat", "sun")), ("土日曜", ("sat", "sun")), ("Sat – Sat", None), ("平日", None), ("monster", None),
     ("月火x", None), ("mo", None), (",", None), ("土木工事", None), ("mon-", None)],
)  # fmt: skip
def test_ranges_are_days_and_other_words_are_refused(text: str, found: tuple[str, ...] | None) -> None:
    if found is not None:
        assert weekdays(text) == found
        return
    with pytest.raises(ValueError, match="no day"):
        weekdays(text)


def walked(home: Home, root: Path, *entries: Outcome) -> None:
    with Store(home.database) as store:
        store.begin(Run("1", "r", "quick", (str(root),), "", "", "", False, None, clock.today()))
        for one in entries:
            store.put(one, 0)
        store.finish("complete", Counter(), Counter(), 0, 0.0, [str(root).encode()])


def test_a_terminal_waits_for_no_moment_of_a_clock_that_ran_ahead() -> None:
    with moments.at("2026-11-24T10:00:00+09:00"):
        near, far = clock.stamp_in(timedelta(days=1)), clock.stamp_in(timedelta(days=300))
        assert [sending.asked_for(later) for later in (near, far, "")] == [near, "", ""]
        told = [outbox._overdue(SimpleNamespace(whole=whole)) for whole in ("", far, near, clock.stamp())]  # type: ignore[arg-type]
        assert told == [True, True, True, False]


def test_a_look_that_is_still_to_come_or_saw_nothing_is_none(tmp_path: Path, home: Home) -> None:
    place = Path(os.fsdecode(system.real(os.fsencode(tmp_path)))) / "机"
    place.mkdir()
    prepare(home)
    rules = {"id": "A", "title": "業務", "place": [{"id": "1", "kind": "work", "path": str(place)}]}
    policy = Policy.model_validate({"contract": [rules]})

    def seen(moment: str) -> digest.Digest:
        with moments.at(moment):
            reader = Reader(home.database)
            found = digest.gathered(reader, "", clock.today(), policy, tmp_path)
            reader.close()
            return found

    with moments.at("2027-11-26T10:00:00+09:00"):
        walked(home, place)
    early = seen("2026-11-24T10:00:00+09:00")
    assert (early.silent, early.last_look, early.ahead[:4]) == (True, "", "2027")
    assert "2027-11-26" in digest.body(early, date(2026, 11, 24))
    with moments.at("2026-11-24T10:00:00+09:00"):
        walked(home, place)
    assert not seen("2026-11-24T10:00:00+09:00").silent
    file = FileRef(str(place / "a.csv").encode(), 5, 1, 1, 7, 1)
    verdict = Verdict(VerdictKind.IN_PLACE, Ground.FIXED, "A", "1")
    left = Outcome(
        file,
        OutcomeKind.NOT_EXAMINED,
        verdict,
        Contents("", reason=Reason.EXCLUDED, read=False),
        left_out="agreed:山田太郎*",
    )
    with moments.at("2026-11-24T11:00:00+09:00"):
        walked(home, place, left)
    found = seen("2026-11-24T11:00:00+09:00")
    assert (found.silent, found.left_out, found.patterns) == (True, 1, 1)
    assert "山田" not in digest.body(found, date(2026, 11, 24))
