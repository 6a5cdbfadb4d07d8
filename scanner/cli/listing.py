"""The list of ``sekisho points``: a line a file on the screen, a workbook, csv or JSON lines in a file."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t
from scanner.printable import in_json

if TYPE_CHECKING:
    from scanner.inventory.home import Home
    from scanner.inventory.reader import Reader
    from scanner.report.listing.filters import Filter
    from scanner.report.listing.ranking import Ranked
    from scanner.report.listing.subjects import Subject

STYLES = ("text", "jsonl", "csv", "xlsx")
QUERY = (
    "select p.id, p.code, p.state, p.opened, p.closed, p.closed_why, p.family, p.working, f.path, f.origin, p.subject, p.contract, p.stage, p.due,"
    " (select count(*) from declarations d where d.point_id = p.id) as declared"
    " from points p left join files f on f.id = p.file_id"
)
_KEPT = ("id", "code", "state", "stage", "due", "opened", "closed", "closed_why", "family", "contract", "subject")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    every: bool
    accepted: bool
    limit: int | None
    style: str | None
    by: str | None
    contract: str
    code: tuple[str, ...]
    place: str
    older: int
    late: bool
    output: str | None
    policy: str | None

    @property
    def plain(self) -> bool:
        """Whether everything that is open is asked for."""
        return not (self.every or self.contract or self.code or self.place or self.older or self.late)


def listed(state: Home, wish: Wish) -> int:
    """Write the list; returns the exit code: whether anything of it is open."""
    from scanner.inventory.baseline import compared
    from scanner.report.listing import ranking, subjects

    style = _style(wish)
    by = wish.by or ("point" if style == "jsonl" else "file")
    reader = common.reading(state.database)
    today = clock.today()
    most = fitting(wish.limit, _LINES_OF_ONE)
    if style == "text" and by == "file" and wish.plain and most is not None and most <= ranking.MOST:
        if not (wish.accepted or compared(reader.db, today).accepted):
            return _first(ranking.ranked(reader, most, today))
    every = subjects.load(reader, every=wish.every, today=today)
    condition = _filter(wish, state, reader, every)
    chosen = condition.apply(every, today)
    chosen, quiet = (chosen, 0) if wish.every or wish.accepted else unaccepted(chosen, reader, today)
    if by == "point":
        chosen = [one for subject in chosen for one in subject.apart()]
    if style == "text":
        _on_screen(chosen, every, most)
    else:
        data = _data(style, by, chosen, reader, _head(chosen, wish, quiet))
        if wish.output:
            common.put(Path(wish.output), data)
        else:
            click.echo(data.decode("utf-8"), nl=False)
    if quiet:
        click.echo(t("listing.accepted", count=quiet), err=style != "text")
    return EXIT_POINTS if any(s.open for s in chosen) else EXIT_OK


def unaccepted(chosen: list[Subject], reader: Reader, today: date) -> tuple[list[Subject], int]:
    """(subjects without the points that a baseline accepts, how many these are)."""
    from scanner.inventory.baseline import compared

    accepted = compared(reader.db, today).accepted
    kept = [replace(s, points=tuple(p for p in s.points if p.id not in accepted)) for s in chosen]
    left = [s for s in kept if s.points]
    return left, sum(len(s.points) for s in chosen) - sum(len(s.points) for s in left)


def _style(wish: Wish) -> str:
    endings = " ".join(f".{s}" for s in STYLES[1:])
    ending = Path(wish.output).suffix.lower().lstrip(".") if wish.output else ""
    if wish.output and ending not in STYLES[1:]:
        raise Failure(t("listing.ending", path=wish.output, endings=endings), EXIT_USAGE)
    if wish.style and ending and wish.style != ending:
        raise Failure(t("listing.other_ending", style=wish.style, path=wish.output, endings=endings), EXIT_USAGE)
    style = wish.style or ending or "text"
    if style in ("csv", "xlsx") and not wish.output:
        raise Failure(t("listing.needs_output", style=style), EXIT_USAGE)
    return style


def _filter(wish: Wish, state: Home, reader: Reader, every: list[Subject]) -> Filter:
    from scanner.report.listing import filters

    found = common.find_policy(wish.policy, state) if wish.contract or wish.place else None
    contracts = common.load_policy(found)[0].contract if found else ()
    names = [*(c.id for c in contracts), *(n for s in every for n in s.contracts)]
    places = [f"{c.id}/{p.id}" for c in contracts for p in c.place] + [s.place for s in every]
    places += [p.partition("/")[2] for p in places]

    def folder(path: str) -> bool:
        under = [os.fsencode(path.rstrip("/\\") + mark) for mark in "/\\"]
        holds = "select 1 from files where path = ? or substr(path, 1, ?) in (?, ?) limit 1"
        return bool(reader.rows(holds, (os.fsencode(path), len(under[0]), *under)))

    place = filters.where(wish.place, places, every, folder)
    return filters.Filter(
        filters.known(wish.contract, names, "no_such_contract"), filters.codes(wish.code), place, wish.older, wish.late
    )


def _head(chosen: list[Subject], wish: Wish, quiet: int) -> str:
    asked = [("contract", wish.contract), *(("code", c) for c in wish.code), ("place", wish.place)]
    told = [t(f"listing.filter_{name}", value=value) for name, value in asked if value]
    told += [t("listing.filter_older", value=wish.older)] if wish.older else []
    told += [t("listing.filter_late")] if wish.late else []
    told += [t("listing.filter_accepted", count=quiet)] if quiet else []
    points = sum(len(s.points) for s in chosen)
    filters = f" ({t('list.separator').join(told)})" if told else ""
    return t("listing.head", day=clock.today(), subjects=len(chosen), points=points, filters=filters)


_LINES_OF_ONE = 6


def fitting(limit: int | None, lines: int) -> int | None:
    """How many entries of so many lines are shown: as asked for (0: all), on a terminal what fits it, all where nobody looks."""
    if limit is not None:
        return limit or None
    if not sys.stdout.isatty():
        return None
    return max(3, (shutil.get_terminal_size().lines - 3) // lines)


def _on_screen(chosen: list[Subject], every: list[Subject], most: int | None) -> None:
    from scanner.report.listing import table

    today = clock.today()
    for subject in chosen[:most]:
        click.echo("\n".join(table.told(subject, today)))
    if len(chosen) > len(chosen[:most]):
        click.echo(t("listing.rest", count=len(chosen) - len(chosen[:most])))
    if chosen:
        points = sum(len(s.points) for s in chosen)
        click.echo(t("listing.sums", subjects=len(chosen), points=points))
    elif every:
        click.echo(t("listing.none_left", count=sum(len(s.points) for s in every)))
    else:
        click.echo(t("points.none"))


def _first(found: Ranked) -> int:
    """The beginning of a long list, of which no more was read."""
    from scanner.report.listing import table

    today = clock.today()
    for subject in found.first:
        click.echo("\n".join(table.told(subject, today)))
    if found.subjects > len(found.first):
        click.echo(t("listing.rest", count=found.subjects - len(found.first)))
    click.echo(t("listing.sums", subjects=found.subjects, points=found.points) if found.subjects else t("points.none"))
    return EXIT_POINTS if found.subjects else EXIT_OK


def _data(style: str, by: str, chosen: list[Subject], reader: Reader, head: str) -> bytes:
    from scanner.report.listing import book, table

    today = clock.today()
    if style == "csv":
        return table.comma_separated(chosen, today)
    if style == "xlsx":
        return book.workbook(chosen, today, head)
    if by == "file":
        lines = [in_json(json.dumps(table.plain(s, today), ensure_ascii=False)) for s in chosen]
    else:
        wanted = {p.id for s in chosen for p in s.points}
        rows = reader.rows(f"{QUERY} order by p.state desc, p.opened, p.id")
        lines = [as_json(row) for row in rows if row["id"] in wanted]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def as_json(row: sqlite3.Row) -> str:
    """One point, as docs/jsonl.md says."""
    from scanner.model import display

    working = json.loads(row["working"]) if row["working"] else None
    more = {
        "declared": bool(row["declared"]),
        "working": working,
        "path": display(row["path"]) if row["path"] else None,
        "origin": row["origin"] or None,
    }
    return in_json(json.dumps({**{k: row[k] for k in _KEPT}, **more}, ensure_ascii=False))
