"""The nineteen articles as a table: what is observed, what is declared, what is open, and what no program sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scanner import codes
from scanner.inventory import coverage
from scanner.inventory.point_lists import OF_NONE, about, files_about
from scanner.messages import t
from scanner.report.forms import registry
from scanner.report.forms.interface import Context

_Count = Callable[[Context], int]


@dataclass(frozen=True, slots=True)
class Article:
    """One line of the table."""

    number: int
    title: str
    measure: str
    """What the program does for it."""
    observed: str
    declared: str
    open: int
    late: int
    unassigned: int
    """Open points of the article that belong to no contract, whatever contract was asked for."""
    codes: tuple[tuple[str, int], ...]
    checked: str
    """Moment (UTC) of the last scan or settlement; empty where nothing is observed."""
    outside: str
    form: str


def _entries(*names: str) -> _Count:
    return lambda c: sum(len(getattr(k, name)) for k in c.contracts() for name in names)


_TABLE: tuple[tuple[int, _Count], ...] = (
    (1, lambda c: len(c.contracts())),
    (2, _entries("post", "worker", "grant")),
    (3, _entries("place")),
    (4, lambda c: sum(w.pledged_on is not None for k in c.contracts() for w in k.worker)),
    (5, lambda c: sum(len(k.items) for k in c.contracts())),
    (6, _entries("carryout")),
    (7, _entries("consent", "transfer")),
    (8, lambda c: sum(x.kind == "other_use" for k in c.contracts() for x in k.consent)),
    (9, _entries("disposal")),
    (10, lambda c: len(c.policy.host) if c.policy else 0),
    (11, _entries("training")),
    (12, _entries("party")),
    (13, _entries("handover")),
    (14, _entries("incident")),
    (15, _entries("inspection")),
    (16, _entries("instruction")),
    (17, lambda c: c.reader.rows("select count(*) as n from declarations")[0]["n"]),
    (18, _entries("transport")),
    (19, lambda c: c.reader.rows("select count(*) as n from decisions")[0]["n"]),
)
"""Article, how many entries of registers speak of it. Its words stand in the catalogue: ``article.a1_title`` …"""


def table(context: Context) -> list[Article]:
    """All nineteen, in order."""
    where, values = about(context.contract)
    counts: dict[int, dict[str, int]] = {}
    late: dict[int, int] = {}
    for row in context.reader.rows(
        f"select code, count(*) as n, sum(due <> '' and due < ?) as late from points p where state = 'open' and {where} group by code",  # noqa: S608
        (context.today.isoformat(), *values),
    ):
        article = codes.article(row["code"])
        counts.setdefault(article, {})[row["code"]] = row["n"]
        late[article] = late.get(article, 0) + (row["late"] or 0)
    of_none: dict[int, int] = {}
    for row in context.reader.rows(
        f"select code, count(*) as n from points p where state = 'open' and {OF_NONE} group by 1"  # noqa: S608
    ):
        article = codes.article(row["code"])
        of_none[article] = of_none.get(article, 0) + row["n"]
    runs = context.reader.rows(
        "select max(coalesce(ended, started)) as at from runs where state in ('complete', 'watch')"
    )
    checked = runs[0]["at"] or ""
    observed = _observed(context)
    return [
        Article(
            number,
            t(f"article.a{number}_title"),
            t(f"article.a{number}_measure"),
            f"{t(f'article.a{number}_observed')} {observed.get(number, '')}".strip(),
            f"{t(f'article.a{number}_declared')} {count(context):,}",
            sum(counts.get(number, {}).values()),
            late.get(number, 0),
            of_none.get(number, 0),
            tuple(sorted(counts.get(number, {}).items())),
            checked,
            t(f"article.a{number}_outside"),
            " ".join(registry.of_article(number)),
        )
        for number, count in _TABLE
    ]


def of_none(context: Context) -> int:
    """Open points whose code is of no article: of plug-ins, also of those that are there no more."""
    where, values = about(context.contract)
    mine = [code for number in codes.ARTICLES for code in codes.of_article(number)]
    known = f"p.code not in ({','.join('?' * len(mine))})"
    rows = context.reader.rows(
        f"select count(*) as n from points p where state = 'open' and {known} and {where}",  # noqa: S608
        (*mine, *values),
    )
    return int(rows[0]["n"])


def _observed(context: Context) -> dict[int, str]:
    seen = coverage.of(context.reader.db)
    where, values = files_about(context.contract)
    personal = context.reader.rows(
        f"select count(*) as n from files f where f.gone is null and {where}"  # noqa: S608
        " and exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person')",
        values,
    )[0]["n"]
    families = context.families()
    entries = context.reader.rows("select count(*) as n from ledger")[0]["n"]
    copies = sum(len(f.copies) for f in families)
    return {
        1: t("article.covered", count=f"{seen.files:,}", gaps=f"{seen.gaps:,}"),
        3: t("article.files", count=f"{personal:,}"),
        7: t("article.files", count=f"{copies:,}"),
        13: t("article.families", count=f"{sum(bool(f.live) for f in families):,}"),
        17: t("article.entries", count=f"{entries:,}"),
    }
