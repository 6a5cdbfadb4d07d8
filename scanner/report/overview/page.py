"""The page: numbers collected, pictures made, everything put into ``config/forms/overview.html``.

Paths are those of this machine; the page is for the people who work on it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from detectors.resources import config_dir
from scanner import clock
from scanner.custody import families
from scanner.inventory import coverage
from scanner.inventory.errors import InventoryError
from scanner.inventory.point_lists import about, files_about
from scanner.inventory.reader import Reader
from scanner.messages import language, t
from scanner.model import display
from scanner.policy.models import Policy
from scanner.report import articles, kinship, wording
from scanner.report.forms.interface import Context
from scanner.report.listing import ranking, urgency
from scanner.report.listing.table import place_of
from scanner.report.overview import changes, persons, pictures

MAX_ROWS = 500
"""Lines of a list; how many more there are stands below it."""
_NAMED = 20
"""Files named below one reason."""
_DAYS = 60


def build(reader: Reader, policy: Policy | None = None, contract: str = "") -> str:
    """The page as HTML text; raises ``InventoryError`` (``no_runs``) before the first scan. ``policy`` is what copies are
    compared with; ``contract`` leaves out what is of no concern to it, but for what was examined, which is of all."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    runs = reader.rows("select * from runs where state <> 'watch' or host <> '' order by id desc limit 10")
    if not runs:
        raise InventoryError("no_runs", reader.path)
    environment = Environment(
        loader=FileSystemLoader(config_dir() / "forms"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(shown=clock.shown, t=t, w=wording, k=kinship, u=urgency, place_of=place_of)
    today = clock.today()
    loaded = [f for f in families.load(reader.db, policy, today) if contract in ("", f.original.contract)]
    lying = persons.places(reader, contract)
    return environment.get_template("overview.html").render(
        **_lists(reader, today, contract),
        contract=contract,
        lang=language(),
        last=runs[0],
        runs=runs,
        today=today,
        families=loaded,
        places=lying,
        kinds=_kinds(reader, contract),
        coverage=coverage.of(reader.db),
        articles=articles.table(Context(reader, policy, today, b"", contract=contract)),
        changes=changes.since_last(reader, contract),
        pictures={
            "places": pictures.places(lying),
            "families": pictures.families(loaded),
            "trend": pictures.trend(_open_by_day(reader, today, contract)),
        },
    )


def _lists(reader: Reader, today: date, contract: str) -> dict[str, Any]:
    """What is open, a line a file, and what was not read, by reason."""
    found = ranking.ranked(reader, MAX_ROWS, today, contract)
    gaps: defaultdict[str, list[str]] = defaultdict(list)
    for row in reader.rows(
        "select reason, path from files where gone is null and reason is not null and reason <> 'empty' order by reason, path"
    ):
        if len(gaps[row["reason"]]) < _NAMED:
            gaps[row["reason"]].append(display(row["path"]))
    return {
        "subjects": found.first,
        "more": max(0, found.subjects - len(found.first)),
        "gaps": gaps,
        "figures": {
            "subjects": found.subjects,
            "points": found.points,
            "now": found.now,
            "late": found.late,
        },
    }


def _kinds(reader: Reader, contract: str) -> list[tuple[str, int]]:
    found = Counter[str]()
    mine, values = files_about(contract)
    for row in reader.rows(
        "select n.entity, sum(n.count) as total from findings n join files f on f.content_id = n.content_id"  # noqa: S608  # ours
        f" where f.gone is null and n.about = 'person' and {mine} group by n.entity",
        values,
    ):
        found[row["entity"]] = row["total"]
    return found.most_common()


def _open_by_day(reader: Reader, last: date, contract: str) -> list[tuple[str, int]]:
    """Open points at the end of each of the last days, since the first run."""
    ends = [(last - timedelta(days=n), clock.begin_of(last - timedelta(days=n - 1))) for n in range(_DAYS - 1, -1, -1)]
    mine, values = about(contract)
    days = reader.rows(
        f"with day(d, ends) as (values {','.join(['(?, ?)'] * len(ends))})"  # noqa: S608  # only marks are put in
        f" select d, (select count(*) from points p where opened < ends and (closed is null or closed >= ends) and {mine}) as n,"
        " (select count(*) from runs where started < ends) as runs from day",
        (*(value for day, end in ends for value in (day.isoformat(), end)), *values),
    )
    return [(r["d"], r["n"]) for r in days if r["runs"]]
