"""要確認: the list with conditions that stay in the address, and one page a file or subject."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts.bounds import a_year_after
from scanner.acts.seen import version
from scanner.console.access import Visit, page
from scanner.console.kept import kept
from scanner.console.pages import standing
from scanner.console.roles import Level
from scanner.duties.registry import ALL_CODES
from scanner.inventory.point_lists import OF_NONE
from scanner.messages import t
from scanner.report import wording
from scanner.report import working as workings
from scanner.report.listing import paging
from scanner.report.listing.subjects import some
from scanner.report.listing.wanted import NONE, OUTSIDE, Wanted, condition

_ALIKE = 20
STAGES = ("new", "review", "correcting", "proposed")


def narrowed(visit: Visit, **asked: Any) -> Wanted:
    """Conditions, within what the visitor may see: a worker only what is about their own files and themselves."""
    own = visit.level == Level.OWN
    workers = frozenset({visit.membership.worker} - {""}) if own else None
    return Wanted(visit.contract, **asked, workers=workers, accounts=visit.accounts if own else frozenset())


@page("points")
def points(visit: Visit) -> HttpResponse:
    """The list."""
    given = visit.request.GET
    day = clock.today()
    codes = frozenset(c for c in given.getlist("code") if c in ALL_CODES)
    place = given.get("place", "")
    places = [f"{c.id}/{p.id}" for c in visit.contracts for p in c.place]
    wanted = narrowed(
        visit,
        codes=codes,
        late=given.get("late") == "1",
        stage=given["stage"] if given.get("stage") in STAGES else "",
        older=_number(given.get("older", ""), 0),
        place=place if place in (*places, OUTSIDE) else "",
    )
    after = paging.place(given.get("after", ""))
    found = paging.page(visit.reader, wanted, day, after)
    if codes:
        visit.about["codes"] = sorted(codes)
    return visit.shown(
        "points",
        wanted=wanted,
        page=found,
        further=after is not None,
        sums=paging.sums(visit.reader, wanted, day, 0),
        lines=standing.lines(visit, found.subjects, day, codes),
        codes=_codes(visit, day),
        places=places,
        stages=STAGES,
        day=day,
    )


def _codes(visit: Visit, day: date) -> dict[str, int]:
    """Kinds to choose from, with how many points are open where that is known."""
    found = paging.by_code(visit.reader, narrowed(visit), day)
    return dict.fromkeys(ALL_CODES, 0) if found is None else found


def _number(text: str, otherwise: int) -> int:
    return min(int(text), 36_500) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def visible(visit: Visit, number: int) -> Any:
    """The row of a point that the visitor may see; raises ``Http404`` for any other, be it there or not."""
    where, values = condition(visit.reader, narrowed(visit), clock.today(), every=True)
    rows = visit.reader.rows(f"select p.* from {where} and p.id = ?", (*values, number))  # noqa: S608
    if not rows:
        raise Http404
    return rows[0]


def seen(visit: Visit, number: int) -> bool:
    """Whether the visitor may see a point."""
    try:
        visible(visit, number)
    except Http404:
        return False
    return True


@page("points")
def point(visit: Visit, number: int) -> HttpResponse:
    """One file or subject, from one of its points: working, history, what can be done."""
    row = visible(visit, number)
    key = (row["file_id"] or 0, "" if row["file_id"] else row["subject"])
    (subject,) = some(visit.reader, [key], visit.contract, every=True)
    if visit.level == Level.OWN:
        where, values = condition(visit.reader, narrowed(visit), clock.today(), every=True)
        numbers = tuple(p.id for p in subject.points)
        marks = ",".join("?" * len(numbers))
        mine = {
            r["id"]
            for r in visit.reader.rows(f"select p.id from {where} and p.id in ({marks})", (*values, *numbers))  # noqa: S608
        }
    else:
        mine = {p.id for p in subject.points}
    visit.about |= {"point": number, "code": row["code"]}
    opened = row["stage"] != "new" or row["state"] != "open"
    alike = _alike(visit, row) if visit.may("decide") else []
    owner = visit.reader.rows("select owner, host, origin, first_seen from files where id = ?", (row["file_id"],))
    return visit.shown(
        "point",
        point=row,
        line=standing.lines(visit, [subject], clock.today())[0],
        points=[_told(visit, p) for p in subject.points if p.id in mine],
        owner=_owner(visit, owner[0]["owner"], opened) if owner else "",
        file=owner[0] if owner else None,
        origin=wording.origin(owner[0]["origin"]) if owner and owner[0]["origin"] else "",
        alike=alike,
        versions=[(one, version(visit.reader.db, one)) for one in (number, *(other.id for other in alike))],
        consents=sorted({c.id for k in visit.contracts for c in k.consent}),
        until_most=a_year_after(clock.today()),
        waits=next(iter(standing.waiting(visit, number)), None),
        may_begin=visit.may("incidents"),
        may_declare=visit.may("declare", Level.OWN),
        may_stage=visit.may("declare"),
        may_decide=visit.may("decide"),
        day=clock.today(),
    )


def _alike(visit: Visit, row: Any) -> list[standing.Line]:
    """Other subjects with a point of the same kind, for one decision over several."""
    codes = frozenset({row["code"]})
    found = paging.page(visit.reader, narrowed(visit, codes=codes), clock.today())
    others = [s for s in found.subjects if standing.first_of(s, codes).id != row["id"]]
    return standing.lines(visit, others[:_ALIKE], clock.today(), codes)


def _owner(visit: Visit, account: str, opened: bool) -> str:
    """By number until somebody has begun to look into it: a file is no accusation (conduct 4 and 5)."""
    if not account:
        return ""
    number = standing.numbered(visit, account)
    names = [w.name for w in visit.workers if w.id == number]
    return f"{number} {names[0]}" if opened and names and visit.may("decide") else number


def _told(visit: Visit, one: Any) -> dict[str, Any]:
    row = visit.reader.rows("select * from points where id = ?", (one.id,))[0]
    working = json.loads(row["working"]) if row["working"] else {}
    if isinstance(working.get("principal"), str) and not visit.names.clear:
        working["principal"] = standing.numbered(visit, working["principal"])
    declared = visit.reader.rows(
        "select at, by, consent, reason from declarations where point_id = ? order by id", (one.id,)
    )
    decided = visit.reader.rows(
        "select at, action, by, reviewer, reason, due from decisions where point_id = ? order by id", (one.id,)
    )
    return {
        "row": row,
        "working": list(workings.lines(working)),
        "history": sorted(
            [
                (d["at"], t("console.declared"), d["by"], " ".join(filter(None, (d["consent"], d["reason"]))))
                for d in declared
            ]
            + [
                (
                    d["at"],
                    t(f"decision.{d['action']}"),
                    t("list.separator").join(filter(None, (d["by"], d["reviewer"]))),
                    d["reason"],
                )
                for d in decided
            ]
        ),
    }


@page("points", least=Level.SEE)
def unowned(visit: Visit) -> HttpResponse:
    """Points that belong to no contract: for those alone who see all contracts."""
    if visit.contract:
        raise Http404
    after = paging.place(visit.request.GET.get("after", ""))
    found = paging.page(visit.reader, Wanted(NONE), clock.today(), after)
    count = f"select count(*) as n from points p where p.state = 'open' and {OF_NONE}"  # noqa: S608
    total = kept(visit.reader, "unowned", lambda reader: int(reader.rows(count)[0]["n"]))
    lines = standing.lines(visit, found.subjects, clock.today())
    return visit.shown("unowned", lines=lines, page=found, counted=total, further=after is not None, day=clock.today())


urls = [
    path("points", points, name="points"),
    path("points/none", unowned, name="unowned"),
    path("points/<int:number>", point, name="point"),
]
