"""調べた範囲: what was not examined, by reason, with what to do; the roots and when they were last walked."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import path

from scanner.console import pictures
from scanner.console.access import Visit, page
from scanner.console.kept import kept
from scanner.console.pages import standing
from scanner.console.roles import Level, Role
from scanner.inventory.point_lists import files_about
from scanner.model import Reason

SIZE = 50


@page("coverage", least=Level.SEE)
def coverage(visit: Visit) -> HttpResponse:
    """The page."""
    covered = standing.covered(visit.reader)
    roots = [(visit.names.of(w.path), w) for w in covered.value.roots[:200]] if covered else []
    by_root = kept(visit.reader, "roots", standing.by_root)
    drawn = [pictures.Root(visit.names.of(path), *numbers) for path, numbers in (by_root.value if by_root else ())]
    systems = [(visit.names.of(where), kind) for where, kind in covered.value.systems[:100]] if covered else []
    return visit.shown(
        "coverage",
        covered=covered,
        roots=roots,
        systems=systems,
        listed=visit.role is not Role.SYSTEMS,
        picture=pictures.coverage(drawn),
    )


@page("coverage", least=Level.SEE)
def unread(visit: Visit, code: str) -> HttpResponse:
    """Files of one reason; for roles that may see files."""
    if code not in set(Reason) or visit.role is Role.SYSTEMS:
        raise Http404
    given = visit.request.GET.get("after", "")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
    mine, values = files_about(visit.contract)
    rows = visit.reader.rows(
        "select f.id, f.path, f.host, f.size, f.last_seen, f.rule from files f where f.gone is null and f.reason > '' and f.reason = ?"  # noqa: S608
        f" and f.id > ? and {mine} order by f.id limit ?",
        (code, after, *values, SIZE + 1),
    )
    visit.about |= {"gap": code}
    files = [(visit.names.of(bytes(row["path"])), row) for row in rows[:SIZE]]
    following = rows[SIZE - 1]["id"] if len(rows) > SIZE else 0
    return visit.shown("unread", code=code, files=files, following=following)


urls = [path("coverage", coverage, name="coverage"), path("coverage/<str:code>", unread, name="unread")]
