"""Exclusions in words: what was left out by which pattern, and which patterns did not count."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from scanner.inventory import coverage
from scanner.inventory.coverage import Excluded
from scanner.inventory.people import agreements
from scanner.messages import t
from scanner.printable import printable
from scanner.report.forms.interface import Context
from scanner.report.summary import NotApplied
from scanner.sources.excluding import Source

_NAMED = 12


def lines(excluded: list[Excluded], refused: list[NotApplied]) -> Iterator[str]:
    """Sentences for the sums of a scan; each source and pattern by name, the widest first."""
    for one in sorted(excluded, key=lambda e: -e.entries)[:_NAMED]:
        told = {"pattern": printable(one.pattern), "source": t(f"exclusions.by_{one.source}")}
        yield t("exclusions.left_out", count=f"{one.entries:,}", known=f"{one.known:,}", **told)
    if len(excluded) > _NAMED:
        yield t("exclusions.more", count=len(excluded) - _NAMED)
    for other in refused[:_NAMED]:
        told = {"pattern": printable(other.pattern), "source": t(f"exclusions.by_{other.source}")}
        key = "file_refused" if not other.pattern else "refused"
        yield t(f"exclusions.{key}", count=f"{other.number:,}", why=t(f"exclusions.why_{other.why}"), **told)
    if len(refused) > _NAMED:
        yield t("exclusions.more_refused", count=len(refused) - _NAMED)


def rows(context: Context) -> list[tuple[str, str, int, int, str]]:
    """For papers and packs, one a pattern: who said so, pattern, entries, known files among them, who agreed until when. A pattern
    that somebody at a terminal wrote may name persons, and stands masked like the name of a file."""
    found = []
    signed = {
        str(a.said["pattern"]): a for a in agreements.in_force(context.reader.db, agreements.EXCLUSION, context.today)
    }
    for one in coverage.excluded(context.reader.db):
        agreed = signed.get(one.pattern) if one.source == Source.AGREED else None
        told = f"{agreed.by}・{agreed.second} {agreed.until.isoformat()} まで" if agreed else ""
        masked = one.source in (Source.OPTION, Source.FILE)
        pattern = context.name(one.pattern) if masked else printable(one.pattern)
        found.append((SOURCES[one.source], pattern, one.entries, one.known, told))
    return found


SOURCES = {
    Source.OPTION.value: "コマンドの指定",
    Source.POLICY.value: "方針ファイル",
    Source.AGREED.value: "二人の合意",
    Source.FILE.value: ".sekishoignore",
}
"""Who said so, on paper."""


def named(found: Iterable[tuple[str, str, int, int, str]]) -> str:
    """The patterns in one line."""
    return "、".join(f"{pattern}({source} {entries} 件)" for source, pattern, entries, _, _ in found)


def any_in(db: sqlite3.Connection) -> bool:
    """Whether anything is left out now."""
    return bool(coverage.excluded(db))
