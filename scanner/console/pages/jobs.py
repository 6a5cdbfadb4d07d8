"""作業: what takes long, asked for by a button and done by a process beside the console: how far it is, who asked, what it made."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.console import audit
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.answers import download
from scanner.console.jobs import worker
from scanner.console.jobs.queue import KEPT_DAYS, Job, Kind, Queue, State
from scanner.console.roles import Level
from scanner.messages import t, t_or
from scanner.report import wording

RIGHT = {Kind.SCAN: "scan", Kind.REPORT_ALL: "forms", Kind.PACK: "pack", Kind.RECEIVE: "receive"}
"""The row of the table of roles that lets somebody do it."""
_HERE = (Kind.SCAN, Kind.REPORT_ALL, Kind.PACK)
"""What the page has a button for; the others are asked for by a form of their own."""


@page("jobs", least=Level.SEE)
def jobs(visit: Visit) -> HttpResponse:
    """The list, the newest first, and what can be begun."""
    worker.settle(visit.site)
    return visit.shown(
        "jobs",
        jobs=[_line(visit, job) for job in _queue(visit).jobs(contract=visit.contract)],
        kinds=[
            kind.value for kind in _HERE if visit.may(RIGHT[kind]) and (visit.contract or kind is not Kind.REPORT_ALL)
        ],
        days=KEPT_DAYS,
    )


@page("jobs", least=Level.SEE, act=True)
def ask(visit: Visit, kind: str) -> HttpResponse:
    """Have it done."""
    if kind not in set(_HERE):
        raise Http404
    return asked(visit, Kind(kind))


def asked(visit: Visit, kind: Kind, said: str = "") -> HttpResponse:
    """Put it into the queue, for whoever may do it by hand too; raises ``AccountError`` and ``JobError``."""
    if not visit.may(RIGHT[kind]):
        raise AccountError("error_role")
    contract = "" if kind is Kind.SCAN else visit.contract
    if kind in (Kind.REPORT_ALL, Kind.RECEIVE) and not contract:
        raise AccountError("which_contract")
    worker.settle(visit.site)  # one whose process is gone keeps none from being asked for again
    number = _queue(visit).ask(kind, contract, visit.number, said)
    _told(visit, contract, kind, number, "asked")
    worker.start(visit.site)
    return visit.to("/jobs")


@page("jobs", least=Level.SEE, act=True)
def stop(visit: Visit, number: int) -> HttpResponse:
    """It is to stop; what it has entered in the record stays."""
    job = _one(visit, number)
    if not visit.may(RIGHT[job.kind]):
        raise AccountError("error_role")
    _queue(visit).stop(number)
    _told(visit, job.contract, job.kind, number, "cancel_asked")
    return visit.to("/jobs")


@page("jobs", least=Level.SEE)
def result(visit: Visit, number: int) -> HttpResponse:
    """The file that it made, as long as it is kept."""
    job = _one(visit, number)
    if not visit.may(RIGHT[job.kind]) or not _queue(visit).has_file(job):
        raise Http404
    try:
        data = _queue(visit).result(number).read_bytes()
    except OSError:
        raise Http404 from None
    visit.about |= {"file": job.kind.value, "number": number}
    return download(data, job.file, "application/zip")


def _queue(visit: Visit) -> Queue:
    return Queue(visit.site.folder)


def _mine(visit: Visit, job: Job) -> bool:
    """Whether the visitor may know of it: a scan is of no contract, whoever sees all contracts sees all."""
    return visit.contract in ("", job.contract) or job.kind is Kind.SCAN


def _one(visit: Visit, number: int) -> Job:
    try:
        job = _queue(visit).job(number)
    except LookupError:
        raise Http404 from None
    if not _mine(visit, job):
        raise Http404
    return job


def _line(visit: Visit, job: Job) -> dict[str, Any]:
    queue = _queue(visit)
    may, told = visit.may(RIGHT[job.kind]), json.loads(job.said or "{}") if job.is_over else {}
    return {
        "job": job,
        "began": clock.shown(job.begun) if job.begun else "",
        "ended": clock.shown(job.ended) if job.ended else "",
        "part": min(100, 100 * job.done // job.of) if job.of else None,
        "why": _why(job.code, told) if job.code else "",
        "family": told.get("family", "") if job.state is State.DONE and visit.may("families", Level.SEE) else "",
        "may_stop": may
        and not job.is_over
        and not job.wish
        and (job.kind is not Kind.RECEIVE or job.state is State.WAITING),
        "has_file": may and queue.has_file(job),
    }


def _why(code: str, told: dict[str, str]) -> str:
    """A failure in words; a file is never named."""
    if "reason" in told:
        told["reason"] = wording.reason(told["reason"])
    return t_or(code, code.rpartition(".")[2]).format_map(defaultdict(lambda: "—", told, path=t("console.that_file")))


def _told(visit: Visit, contract: str, kind: Kind, number: int, what: str) -> None:
    audit.enter("console_job", contract=contract, user=visit.number, job=kind.value, number=number, what=what)


urls = [
    path("jobs", jobs, name="jobs"),
    path("jobs/ask/<str:kind>", ask, name="jobs_ask"),
    path("jobs/<int:number>/stop", stop, name="jobs_stop"),
    path("jobs/<int:number>/file", result, name="jobs_file"),
]
