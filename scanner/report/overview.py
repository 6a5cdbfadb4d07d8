"""The overview page: what to do today first, then coverage, places and kinds. One self-contained HTML file.

Paths are those of this machine; the page is for the people who work on it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from detectors.resources import config_dir
from scanner import clock
from scanner.custody import families
from scanner.inventory import coverage
from scanner.inventory.errors import InventoryError
from scanner.inventory.reader import Reader
from scanner.messages import language, t
from scanner.model import display
from scanner.policy.models import Policy
from scanner.printable import printable
from scanner.report import articles, kinship, wording
from scanner.report.forms.interface import Context

MAX_ROWS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One file of a list."""

    path: str
    verdict: str
    ground: str
    found: str
    persons: str
    where: str
    point: str
    since: str
    reason: str = ""
    advice: str = ""


def build(reader: Reader, policy: Policy | None = None) -> str:
    """The page as HTML text; raises ``InventoryError`` (``no_runs``) before the first scan. ``policy`` is what copies are
    compared with."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(config_dir() / "forms"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(shown=clock.shown, t=t, w=wording, k=kinship)
    loaded = families.load(reader.db, policy, clock.today())
    pictures = {f.original.family: Markup(kinship.picture(f)) for f in loaded}  # noqa: S704  # every text in it is escaped
    page = environment.get_template("overview.html")
    table = articles.table(Context(reader, policy, clock.today(), b""))
    return page.render(
        **collect(reader), families=loaded, pictures=pictures, lang=language(), articles=table, trend=_trend(reader)
    )


def _trend(reader: Reader) -> Markup:
    """Open points at the end of each day of the last sixty days, as a picture; empty while there is one day only."""
    last = clock.today()
    ends = [(last - timedelta(days=n), clock.begin_of(last - timedelta(days=n - 1))) for n in range(59, -1, -1)]
    days = reader.rows(
        f"with day(d, ends) as (values {','.join(['(?, ?)'] * len(ends))})"  # noqa: S608  # only marks are put in
        " select d, (select count(*) from points where opened < ends and (closed is null or closed >= ends)) as n,"
        " (select count(*) from runs where started < ends) as runs from day",
        tuple(value for day, end in ends for value in (day.isoformat(), end)),
    )
    seen = [(r["d"], r["n"]) for r in days if r["runs"]]
    if len(seen) < 2:
        return Markup("")
    most = max(1, *(n for _, n in seen))
    step = 560 / (len(seen) - 1)
    line = " ".join(f"{30 + i * step:.1f},{110 - 90 * n / most:.1f}" for i, (_, n) in enumerate(seen))
    picture = (
        f'<svg viewBox="0 0 600 130" role="img" aria-label="{t("overview.trend")}"><title>{t("overview.trend")}</title>'
        f'<polyline points="{line}" fill="none" stroke="#b3261e" stroke-width="2"/><text x="2" y="24" font-size="11">{most}</text>'
        f'<text x="30" y="126" font-size="11">{seen[0][0]}</text><text x="530" y="126" font-size="11">{seen[-1][0]}</text></svg>'
    )
    return Markup(picture)  # noqa: S704  # numbers and dates only


def collect(reader: Reader) -> dict[str, Any]:
    """All numbers of the page."""
    runs = reader.rows("select * from runs where state <> 'watch' order by id desc limit 10")
    if not runs:
        raise InventoryError("no_runs", reader.path)
    last = runs[0]
    points = reader.rows(
        "select p.code, p.opened, p.subject, p.due, f.path, f.verdict, f.ground, f.content_id, c.persons_min, c.persons_max from points p left join files f on f.id = p.file_id"
        " left join contents c on c.id = f.content_id where p.state = 'open' and f.gone is null order by c.persons_max desc, f.path limit ?",
        (MAX_ROWS,),
    )
    seen = coverage.of(reader.db)
    gaps = reader.rows(
        "select f.path, f.verdict, f.ground, f.reason, f.first_seen from files f where f.gone is null and f.reason is not null and f.reason <> 'empty' order by f.reason, f.path limit ?",
        (MAX_ROWS,),
    )
    kinds = Counter[str]()
    for row in reader.rows(
        "select n.entity, sum(n.count) as total from findings n join files f on f.content_id = n.content_id where f.gone is null and n.about = 'person' group by n.entity"
    ):
        kinds[row["entity"]] = row["total"]
    places = reader.rows(
        "select coalesce(f.rule, '') as rule, f.verdict, count(distinct f.id) as files, sum(c.persons_max) as persons from files f join contents c on c.id = f.content_id"
        " where f.gone is null and exists (select 1 from findings n where n.content_id = c.id and n.about = 'person') group by 1, 2 order by 2, 1"
    )
    return {
        "last": last,
        "runs": runs,
        "points": [_row(reader, p, point=p["code"], since=p["opened"]) for p in points],
        "open_points": reader.rows("select count(*) as n from points where state = 'open'")[0]["n"],
        "gaps": [
            Row(
                display(g["path"]),
                g["verdict"],
                g["ground"],
                "",
                "",
                "",
                "",
                g["first_seen"],
                g["reason"],
                wording.advice(g["reason"]),
            )
            for g in gaps
        ],
        "kinds": kinds.most_common(),
        "places": places,
        "coverage": seen,
    }


def _row(reader: Reader, row: Any, *, point: str, since: str) -> Row:
    findings = reader.rows(
        "select entity, count, places, about from findings where content_id = ?", (row["content_id"],)
    )
    sums: Counter[tuple[str, str]] = Counter()
    where: list[str] = []
    for finding in findings:
        sums[finding["about"], finding["entity"]] += finding["count"]
        where.extend(wording.place(p) for p in json.loads(finding["places"])[:2])
    found = wording.counted(sums)
    places = t("list.separator").join(dict.fromkeys(where[:6]))
    return Row(
        display(row["path"]) if row["path"] else printable(row["subject"]),
        row["verdict"],
        row["ground"],
        found,
        wording.persons(row["persons_min"] or 0, row["persons_max"] or 0) if row["path"] else "",
        places,
        point,
        since,
    )
