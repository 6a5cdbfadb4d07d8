"""What a job does: the functions of the commands of the same names, nothing of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scanner import clock
from scanner.acts import handing_in
from scanner.acts.issuing import Order, Step
from scanner.acts.packing import pack
from scanner.acts.receive import Receipt, receive
from scanner.acts.settling import settle_by
from scanner.console.jobs.queue import Job, JobError, Kind
from scanner.console.site import Site
from scanner.inventory import alive, coverage
from scanner.paths.names import within
from scanner.policy.models import Policy
from scanner.processes import QUIET
from scanner.report.forms import names
from scanner.report.pack.verifier.container import zipped

_LOOK = 2.0
"""Seconds between two looks at how far a scan is."""
_PATIENCE = 60.0
"""Seconds for a scan to write what is finished when it is to stop; then it is ended."""
_WELL = frozenset({0, 1, 3})
"""Ends of ``sekisho scan``: nothing to tell, open points, gaps."""


class Stopped(Exception):
    """Somebody wants the job to stop."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file for whoever asked: the name under which it is offered, and its bytes. Without a name there is none."""

    name: str = ""
    data: bytes = b""
    said: str = ""
    """What came of it, as JSON."""


def done(job: Job, site: Site, step: Step) -> Made:
    """Do it; ``step`` raises ``Stopped`` where somebody wants it to stop. Raises ``Stopped``, and ``SekishoError`` as the command does."""
    work = {Kind.SCAN: _scan, Kind.REPORT_ALL: _all_forms, Kind.PACK: _pack, Kind.RECEIVE: _receive}
    return work[job.kind](job, site, step)


def _scan(job: Job, site: Site, step: Step) -> Made:
    """``sekisho scan`` over what was scanned before, as deep as the last time, and over places that were agreed since, in a process of
    its own."""
    with site.reader() as reader:
        if alive.scanning(reader.db, reader.path):
            raise JobError("job_scan_runs")
        roots = [w.path for w in coverage.roots(reader.db) if not w.host]
        last = reader.rows("select depth from runs where state <> 'watch' order by id desc limit 1")
        known = reader.rows("select count(*) as n from files where gone is null and host = ''")[0]["n"]
        before = reader.rows("select max(id) from runs")[0][0] or 0
    roots += _agreed(site, roots)
    if not roots:
        raise JobError("job_nothing_scanned")
    words: list[str | bytes] = [sys.executable, "-m", "scanner.cli.main", "scan", *roots, "--home", str(site.home.path)]
    words += ["--depth", last[0]["depth"]] if last else []
    words += ["--quiet", "--priority", "low"]
    words += ["-p", str(site.policy_path)] if site.policy_path else []
    silent = subprocess.DEVNULL  # what a scan prints names files
    with subprocess.Popen(words, stdin=silent, stdout=silent, stderr=silent, creationflags=QUIET) as child:
        try:
            while child.poll() is None:
                with site.reader() as reader:
                    met = reader.rows("select count(*) as n from files where run_id > ?", (before,))[0]["n"]
                step(met, known)
                _wait(child, _LOOK)
        except BaseException:
            _end(child)
            raise
    if child.returncode not in _WELL:
        raise JobError("job_scan_failed")
    return Made()


def _agreed(site: Site, scanned: list[bytes]) -> list[bytes]:
    """Folders that the policy says are to be looked through, as for the watch, as far as they are there and below nothing that was
    scanned before."""
    from scanner.watch.supervisor import roots_of

    rules = site.rules()
    if rules is None:
        return []
    places = [p.path for c in rules.policy.contract for p in c.place if p.path]
    wanted = roots_of(rules.policy.watch.roots, places, (), Path(rules.path).resolve().parent)
    return [one for one in wanted if os.path.isdir(one) and not any(within(one, root) for root in scanned)]


def _receive(job: Job, site: Site, step: Step) -> Made:
    """``sekisho receive``: what the form said of the file. Only the number of the original is told of it."""
    asked = json.loads(job.said)
    receipt = Receipt(
        job.contract,
        asked["origin"],
        date.fromisoformat(asked["received"]) if asked["received"] else None,
        asked["giver"],
        asked["medium"],
        asked["count"],
        asked["name"],
    )
    original = receive(os.fsencode(asked["path"]), receipt, site.home, accept_partial=asked["partial"], by=job.by)
    _settled(site)
    return Made(said=json.dumps({"family": original.family}))


def _wait(child: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _end(child: subprocess.Popen[bytes]) -> None:
    """As by Ctrl-C: what is finished is written; what does not end by itself is ended."""
    until = time.monotonic() + _PATIENCE
    if sys.platform == "win32":
        child.terminate()
    else:
        child.send_signal(signal.SIGINT)
    while child.poll() is None and time.monotonic() < until:
        _wait(child, 1.0)
    if child.poll() is None:
        child.kill()


def _all_forms(job: Job, site: Site, step: Step) -> Made:
    """``sekisho report all``: every form of the contract and the index, as one zip."""
    policy, digest = _settled(site)
    contract = next((c for c in policy.contract if c.id == job.contract), None)
    if contract is None:
        raise JobError("which_contract")
    order = Order("", contract=job.contract, asked=_asked(site), by=job.by)
    with site.reader() as reader:
        made = handing_in.everything(order, site.home, reader, policy, digest, None, step)
    day = clock.today()
    page = names.file_name("00", contract.id, day, "html", "目次")
    files = [(page, handing_in.index(made, contract, day)), *((one.name, one.data) for one in made if not one.why)]
    return Made(names.file_name("all", contract.id, day, "zip"), handing_in.zipped(files))


def _pack(job: Job, site: Site, step: Step) -> Made:
    """``sekisho report 14``: the pack for an inspector."""
    policy, digest = _settled(site) if site.policy_path else (None, "")
    order = Order("14", "zip", job.contract, asked=_asked(site), by=job.by)
    with site.reader() as reader:
        files = pack(order, site.home, reader, policy, digest, step)
    return Made(names.file_name("14", job.contract, clock.today(), "zip"), b"".join(zipped(iter(files))))


def _settled(site: Site) -> tuple[Policy, str]:
    rules = site.rules()
    if rules is None:
        raise JobError("needs_policy")
    settle_by(site.home, site.policy_path, rules.policy, rules.digest)
    return rules.policy, rules.digest


def _asked(site: Site) -> dict[str, object]:
    return {"family": (), **({"base": Path(site.policy_path).absolute().parent} if site.policy_path else {})}
