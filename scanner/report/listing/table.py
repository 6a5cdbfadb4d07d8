"""The list as a table: headings in the language of the screen, one row a file. Paths are those of this machine."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from scanner import clock
from scanner.messages import t
from scanner.model import VerdictKind
from scanner.printable import in_cell
from scanner.report import wording
from scanner.report.listing.subjects import Subject
from scanner.report.listing.urgency import level, todo


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in characters of the sheet's type; all together fit A4 across at 100 %."""

    name: str
    """``listing.NAME`` in the catalogue."""
    width: int
    value: Callable[[Subject, date], object]


def _codes(subject: Subject, _: date) -> str:
    return "\n".join(f"{wording.point_short(p.code)} {p.code} ({p.id})" for p in subject.points)


def _stages(subject: Subject, _: date) -> str:
    told = [t(f"point_stage.{p.stage}" if p.state == "open" else "point_state.closed") for p in subject.points]
    told += [t("listing.declared")] if any(p.declared for p in subject.points) else []
    return t("list.separator").join(dict.fromkeys(told))


def _level(subject: Subject, today: date) -> str:
    return level(subject.first.code, late=subject.late(today))


COLUMNS = (
    Column("level", 6, lambda s, today: t(f"listing.level_{_level(s, today)}")),
    Column("subject", 24, lambda s, _: s.shown),
    Column("host", 7, lambda s, _: s.host),
    Column("contract", 8, lambda s, _: t("list.separator").join(s.contracts)),
    Column("place", 9, lambda s, _: place_of(s)),
    Column("persons_min", 5, lambda s, _: s.fewest if s.path else ""),
    Column("persons_max", 5, lambda s, _: s.most if s.path else ""),
    Column("kinds", 12, lambda s, _: wording.counted(s.kinds)),
    Column("points", 15, _codes),
    Column("todo", 18, lambda s, _: todo(s.first.code)),
    Column("due", 10, lambda s, _: date.fromisoformat(s.due) if s.due else ""),
    Column("days", 5, lambda s, today: s.days(today)),
    Column("stage", 7, _stages),
)


def place_of(subject: Subject) -> str:
    """The place by its name, or that it lies in none; empty for what is no file, and where no policy names any."""
    if not subject.path or subject.verdict == VerdictKind.NO_POLICY.value:
        return ""
    return subject.place or t("listing.outside")


def headings() -> list[str]:
    """Of the columns."""
    return [t(f"listing.{column.name}") for column in COLUMNS]


def rows(subjects: Iterable[Subject], today: date) -> Iterable[list[object]]:
    """One a subject."""
    for subject in subjects:
        yield [column.value(subject, today) for column in COLUMNS]


def comma_separated(subjects: Iterable[Subject], today: date) -> bytes:
    """csv with a BOM, as Excel opens it."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(headings())
    for row in rows(subjects, today):
        lines.writerow([in_cell(v.isoformat() if isinstance(v, date) else v) for v in row])
    return out.getvalue().encode("utf-8-sig")


def plain(subject: Subject, today: date) -> dict[str, Any]:
    """The stable JSON form of one subject (docs/jsonl.md)."""
    entities: dict[str, int] = {}
    for (about, entity), count in subject.kinds.items():
        if about == "person":
            entities[entity] = entities.get(entity, 0) + count
    return {
        "path": subject.path or None,
        "subject": subject.name,
        "host": subject.host,
        "contracts": list(subject.contracts),
        "families": list(subject.families),
        "place": subject.place or None,
        "verdict": subject.verdict or None,
        "ground": subject.ground or None,
        "persons": {"min": subject.fewest, "max": subject.most},
        "entities": entities,
        "points": [
            {
                "id": p.id,
                "code": p.code,
                "state": p.state,
                "stage": p.stage,
                "due": p.due or None,
                "opened": p.opened,
                "declared": p.declared,
            }
            for p in subject.points
        ],
        "first": subject.first.code,
        "level": _level(subject, today),
        "todo": todo(subject.first.code),
        "due": subject.due or None,
        "late": subject.late(today),
        "opened": subject.opened,
        "days": subject.days(today),
    }


def told(subject: Subject, today: date) -> list[str]:
    """For the terminal: what it is, its points, what to do first."""
    persons = t("listing.persons_of", persons=wording.persons(subject.fewest, subject.most)) if subject.path else ""
    kinds = wording.counted(subject.kinds)
    due = t("points.due", due=subject.due or "—") + (f" {t('listing.late_mark')}" if subject.late(today) else "")
    state = t("listing.since", day=clock.day_of(subject.opened), days=subject.days(today))
    host = f"{subject.host}: " if subject.host else ""
    codes = (
        f"{p.id} {p.code} {wording.point_short(p.code)}"
        + (f" [{t('point_state.closed')}]" if p.state != "open" else f" [{t('point_stage.' + p.stage)}]")
        + (f" {t('points.declared')}" if p.declared else "")
        for p in subject.points
    )
    lines = [
        f"{t('listing.level_' + level(subject.first.code)) if subject.open else t('point_state.closed')}  {host}{subject.shown}",
        "  ".join(part for part in (persons, kinds, place_of(subject), *subject.contracts, *subject.families) if part),
        t("list.separator").join(codes),
        f"{due}  {state}",
    ]
    if subject.open:
        lines.append(t("listing.first", todo=todo(subject.first.code)))
    return [lines[0], *(f"    {line}" for line in lines[1:] if line)]
