"""Writers of one scan: table for people, jsonl, json and csv for programs. Files wait in a spool until the points are settled;
nothing is held in memory but what the table must sort."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from scanner import labels
from scanner.messages import t
from scanner.model import Outcome, OutcomeKind, Reason, VerdictKind, of_persons
from scanner.printable import in_cell, in_json, printable
from scanner.report import wording
from scanner.report.baselines import sums as baseline_sums
from scanner.report.exclusions import lines as exclusion_lines
from scanner.report.kinship import everywhere, evidence
from scanner.report.spool import Spool, line_of

if TYPE_CHECKING:
    from scanner.inventory.baseline import Compared
    from scanner.report.summary import Summary

_TABLE_ROWS = 60


class Writer(Protocol):
    """Takes the outcomes of a scan in order, then its sums."""

    def add(self, outcome: Outcome) -> None: ...
    def end(self, summary: Summary) -> None: ...


def writer(style: str, stream: TextIO, *, has_policy: bool) -> Writer:
    """The writer of ``--format style``."""
    if style == "jsonl":
        return JsonLines(stream)
    if style == "json":
        return Json(stream)
    if style == "csv":
        return Csv(stream)
    if style == "sarif":
        from scanner.report.sarif import Sarif

        return Sarif(stream)
    return TableWriter(stream, has_policy=has_policy)


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """The stable JSON form of one file (docs/jsonl.md)."""
    contents, verdict = outcome.contents, outcome.verdict
    return {
        "type": "file",
        "path": outcome.ref.display,
        "outcome": outcome.kind.value,
        "reason": contents.reason.value if contents.reason else None,
        "media_type": contents.media_type,
        "bytes": outcome.ref.size,
        "verdict": verdict.kind.value,
        "ground": verdict.ground.value,
        "contract": verdict.contract,
        "rule": verdict.rule,
        "consent": verdict.consent,
        "entities": wording.totals(contents.findings),
        "persons": {"min": contents.persons_min, "max": contents.persons_max},
        "findings": [
            {
                "entity": f.entity,
                "count": f.count,
                "score": f.score,
                "check": f.check,
                "where": list(f.where),
                "shape": f.shape,
                "about": f.about,
                **({"category": f.category} if f.category else {}),
            }
            for f in contents.findings
        ],
        "notes": list(contents.notes),
        "labels": list(labels.told(contents.notes)),
        "protection": labels.protection(contents.notes) or None,
        **({"exclusion": outcome.left_out} if outcome.left_out else {}),
        "family": next((f"R-{c.original}" for c in contents.copies if not c.weak), None),
        "points": list(outcome.points),
    }


def summary_dict(summary: Summary) -> dict[str, Any]:
    """The stable JSON form of the sums."""
    return {
        "type": "summary",
        "walked": summary.walked,
        **{kind.value: summary.counts[kind.value] for kind in OutcomeKind},
        "reasons": dict(sorted(summary.reasons.items())),
        "bytes": summary.bytes,
        "seconds": round(summary.seconds, 2),
        "points": dict(sorted(summary.points.items())),
        "judged_again": [again._asdict() for again in summary.judged_again],
        "gone": summary.gone,
        "symlinks": summary.symlinks,
        "special": summary.special,
        "excluded": [one._asdict() for one in summary.excluded],
        "not_applied": [one._asdict() for one in summary.refused],
        "special_systems": [{"path": path, "type": kind} for path, kind in summary.systems],
        "walked_once": summary.again,
        **({"baseline": _baseline(summary.baseline)} if summary.baseline else {}),
        "interrupted": summary.interrupted,
    }


def _baseline(found: Compared) -> dict[str, Any]:
    return {"agreements": [a.number for a in found.in_force], "broken": found.broken, **found.counts}


def settled_points(summary: Summary) -> Iterator[dict[str, Any]]:
    """Every open point that no file alone gives, with its working: about a file, or about a subject."""
    for point in summary.open:
        about = {"path": point.path} if point.path else {"subject": point.subject}
        contracts = {"contracts": list(point.contracts), "family": point.family or None}
        yield {"type": "point", "code": point.code, **about, **contracts, "working": point.working}


def settled_codes(summary: Summary) -> dict[str, list[str]]:
    """Path → codes of the settled points about it, for the lines of this scan's files."""
    found: dict[str, list[str]] = {}
    for point in summary.open:
        if point.path and not point.host:
            found.setdefault(point.path, []).append(point.code)
    return found


class JsonLines:
    """One object a line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._spool = stream, Spool()

    def add(self, outcome: Outcome) -> None:
        self._spool.add(as_dict(outcome))

    def end(self, summary: Summary) -> None:
        for line in self._spool.lines(settled_codes(summary)):
            self._stream.write(in_json(line) + "\n")
        for item in (*settled_points(summary), summary_dict(summary)):
            self._stream.write(in_json(line_of(item)) + "\n")
        self._stream.flush()


class Json:
    """One document: ``{"files": […], "points": […], "summary": {…}}``."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._spool = stream, Spool()

    def add(self, outcome: Outcome) -> None:
        self._spool.add(as_dict(outcome))

    def end(self, summary: Summary) -> None:
        self._stream.write('{"files": [')
        for number, line in enumerate(self._spool.lines(settled_codes(summary))):
            self._stream.write((",\n" if number else "\n") + in_json(line))
        points = in_json(json.dumps(list(settled_points(summary)), ensure_ascii=False))
        sums = in_json(json.dumps(summary_dict(summary), ensure_ascii=False))
        self._stream.write(f'\n], "points": {points}, "summary": {sums}}}\n')
        self._stream.flush()


class Csv:
    """One row a file, with a BOM because offices open it in Excel; headings in the language of the screen."""

    _COLUMNS = (
        "path",
        "outcome",
        "reason",
        "media_type",
        "bytes",
        "verdict",
        "ground",
        "contract",
        "rule",
        "persons_min",
        "persons_max",
        "entities",
        "where",
        "points",
    )

    def __init__(self, stream: TextIO) -> None:
        stream.write("\ufeff")
        self._rows = csv.writer(stream, lineterminator="\r\n")
        self._rows.writerow([t(f"csv.{name}") for name in self._COLUMNS])
        self._stream, self._spool = stream, Spool()

    def add(self, outcome: Outcome) -> None:
        self._spool.add(as_dict(outcome))

    def _row(self, item: dict[str, Any]) -> None:
        self._rows.writerow(
            [
                in_cell(item["path"]),
                item["outcome"],
                item["reason"] or "",
                item["media_type"],
                item["bytes"],
                item["verdict"],
                item["ground"],
                item["contract"] or "",
                item["rule"] or "",
                item["persons"]["min"],
                item["persons"]["max"],
                " ".join(f"{e}={n}" for e, n in item["entities"].items()),
                in_cell(" ".join(w for f in item["findings"] for w in f["where"][:5])),
                " ".join(item["points"]),
            ]
        )

    def end(self, summary: Summary) -> None:
        for item in self._spool.items(settled_codes(summary)):
            self._row(item)
        self._stream.flush()


class TableWriter:
    """What a clerk reads on the terminal: what to look at first, then what was not read, then the sums."""

    def __init__(self, stream: TextIO, *, has_policy: bool) -> None:
        self._stream = stream
        self._has_policy = has_policy
        self._open: list[Outcome] = []
        self._inside = 0
        self._personal = 0
        self._gaps: list[Outcome] = []
        self._gap_counts: Counter[str] = Counter()

    def add(self, outcome: Outcome) -> None:
        if of_persons(outcome.contents.findings):
            self._personal += 1
            if outcome.points or not self._has_policy:
                self._open.append(outcome)
            if outcome.verdict.kind is VerdictKind.IN_PLACE:
                self._inside += 1
        reason = outcome.contents.reason
        if reason not in (None, Reason.EMPTY, Reason.EXCLUDED):  # what is left out is told by its patterns
            self._gap_counts[reason.value] += 1
            if len(self._gaps) < _TABLE_ROWS:
                self._gaps.append(outcome)

    def end(self, summary: Summary) -> None:
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(file=self._stream, width=None if self._stream.isatty() else 140, highlight=False)
        if self._open:
            table = Table(
                title=t("table.open_title" if self._has_policy else "table.found_title"),
                box=box.SIMPLE_HEAD,
                title_justify="left",
                title_style="bold",
            )
            for name in ("verdict", "file", "found", "persons", "where"):
                table.add_column(
                    t(f"table.{name}"),
                    overflow="fold",
                    no_wrap=False,
                    ratio=None if name in ("verdict", "persons") else 1,
                )
            for outcome in sorted(self._open, key=_weight)[:_TABLE_ROWS]:
                contents = outcome.contents
                first = [wording.place(f.where[0]) for f in contents.findings if f.where][:3]
                table.add_row(
                    wording.verdict(outcome.verdict.kind.value),
                    Text(outcome.ref.display),
                    wording.found(contents.findings),
                    wording.persons(contents.persons_min, contents.persons_max),
                    Text("\n".join(dict.fromkeys(first))),
                )
            console.print(table)
            if len(self._open) > _TABLE_ROWS:
                console.print(t("table.more", count=len(self._open) - _TABLE_ROWS))
        copies = [
            (code, location, family)
            for family in summary.families
            for location in everywhere(family)
            for code in family.points.get(location.file_id, ())
        ]
        if copies:
            table = Table(title=t("table.copies_title"), box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
            for name in ("point", "file", "evidence"):
                table.add_column(t(f"table.{name}"), overflow="fold", ratio=None if name == "point" else 1)
            for code, location, family in copies[:_TABLE_ROWS]:
                words = f"{family.original.family} {evidence(location, family.original.media_type)}"
                table.add_row(f"{code}\n{wording.point_short(code)}", Text(printable(location.path)), Text(words))
            console.print(table)
            if len(copies) > _TABLE_ROWS:
                console.print(t("table.more", count=len(copies) - _TABLE_ROWS))
        if self._gap_counts:
            table = Table(title=t("table.gaps_title"), box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
            for name in ("reason", "file", "advice"):
                table.add_column(t(f"table.{name}"), overflow="fold", ratio=None if name == "reason" else 1)
            for outcome in sorted(self._gaps, key=lambda o: str(o.contents.reason)):
                code = str(outcome.contents.reason.value if outcome.contents.reason else "")
                table.add_row(wording.reason(code), Text(outcome.ref.display), wording.advice(code))
            console.print(table)
            hidden = sum(self._gap_counts.values()) - len(self._gaps)
            if hidden > 0:
                console.print(t("table.more", count=hidden))
        counts = summary.counts
        console.print(
            t(
                "table.coverage",
                walked=summary.walked,
                examined=counts["examined"],
                unchanged=counts["unchanged"],
                partial=counts["partial"],
                not_examined=counts["not_examined"],
            )
        )
        if summary.reasons[Reason.EMPTY.value]:
            console.print(t("table.empty", count=summary.reasons[Reason.EMPTY.value]))
        for line in exclusion_lines(summary.excluded, summary.refused):
            console.print(Text(line))
        if summary.symlinks:
            console.print(t("table.symlinks", count=summary.symlinks))
        if summary.systems:
            systems = _some([f"{path} ({kind})" for path, kind in summary.systems])
            console.print(Text(t("table.systems", named=systems)))
        if summary.again:
            console.print(Text(t("table.again", named=_some(summary.again))))
        others = {
            code: n
            for code, n in summary.points.items()
            if code not in _SHOWN and code not in {c for c, _, _ in copies}
        }
        if others:
            named = t("list.separator").join(f"{wording.point_short(c)} {n}({c})" for c, n in sorted(others.items()))
            console.print(Text(t("table.more_points", codes=named), style="bold"))
        if summary.judged_again:
            console.print(Text(_judged_again(summary)))
        if summary.baseline is not None:
            for number in summary.baseline.broken:
                console.print(t("baseline.broken", number=number))
            console.print(Text(baseline_sums(summary.baseline), style="bold"))
        if not self._has_policy:
            console.print(t("table.no_policy"))
        elif copies and not self._open:
            number = len({location.file_id for _, location, _ in copies})
            console.print(Text(t("table.conclusion_copies", count=number), style="bold"))
        elif self._open:
            paths = {o.ref.display for o in self._open} | {p.path for p in summary.open if p.path and not p.host}
            console.print(Text(t("table.conclusion_open", count=len(paths), inside=self._inside), style="bold"))
        elif self._gap_counts:
            console.print(
                Text(
                    t("table.conclusion_gaps", inside=self._inside, count=sum(self._gap_counts.values())), style="bold"
                )
            )
        elif not others:
            name = "conclusion_clean_but" if summary.left_out else "conclusion_clean"
            console.print(Text(t(f"table.{name}", inside=self._inside), style="bold"))


_NAMED = 8


def _judged_again(summary: Summary) -> str:
    """What became of the points that an earlier version had closed without knowing their place."""
    found = summary.judged_again
    open_ = [f"{again.point} {again.path}" for again in found if again.result == "open"]
    counts = {name: sum(again.result == name for again in found) for name in ("open", "decided", "closed", "gone")}
    return t("table.judged_again", count=len(found), named=_some(open_) or "—", **counts)


def _some(names: list[str]) -> str:
    """The first names, and that there are more."""
    return t("list.separator").join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


_SHOWN = frozenset({"F03-OUTSIDE", "F03-EXPIRED"})
"""Points that the table of files shows."""


def _weight(outcome: Outcome) -> tuple[int, int, str]:
    has_number = any(f.entity == "JP_MY_NUMBER" for f in outcome.contents.findings)
    return (0 if has_number else 1, -outcome.contents.persons_max, outcome.ref.display)
