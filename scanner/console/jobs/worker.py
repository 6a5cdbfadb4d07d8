"""The process that does the jobs, one after the other, until none waits: ``python -m scanner.console.jobs.worker HOME [POLICY]``.

It is no child of the console: it goes on when the console is ended, and holds a lock of the system for as long as it lives, by
which the console knows whether a job that says it runs still does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from scanner import clock, processes
from scanner.console import audit
from scanner.console.jobs.queue import Job, Queue, State
from scanner.console.jobs.work import Made, Stopped, done
from scanner.console.site import Site, serve
from scanner.errors import SekishoError
from scanner.inventory import secretfile
from scanner.inventory.alive import alone
from scanner.inventory.home import Home

_TRIES, _BETWEEN = 20, 0.25
"""How often, and after how many seconds, a worker asks again for the lock: another one may just be ending."""


def start(site: Site) -> None:
    """Have a worker of its own session begin; where there is one already the new one ends by itself."""
    words = [sys.executable, "-m", "scanner.console.jobs.worker", str(site.home.path)]
    words += [str(Path(site.policy_path).absolute())] if site.policy_path else []
    apart = {"creationflags": processes.QUIET} if sys.platform == "win32" else {"start_new_session": True}
    silent = subprocess.DEVNULL
    child = subprocess.Popen(words, stdin=silent, stdout=silent, stderr=silent, close_fds=True, **apart)
    _started.append(child)
    for one in [c for c in _started if c.poll() is not None]:
        _started.remove(one)


_started: list[subprocess.Popen[bytes]] = []
"""Workers that this process has started, to be asked whether they have ended: nobody else would."""


def settle(site: Site) -> None:
    """See to it that jobs are what they say: those whose process is gone were interrupted, those that wait get a worker."""
    queue = Queue(site.folder)
    if not queue.path.exists():
        return
    with alone(queue.lock) as nobody_works:
        if nobody_works:
            _interrupted(queue)
    if nobody_works and queue.waits():
        start(site)


def _interrupted(queue: Queue) -> None:
    for job in queue.broken_off():
        queue.end(job.id, State.INTERRUPTED)
        told(job, "interrupted")


def told(job: Job, what: str, **more: str) -> None:
    """An entry of the record about a job."""
    audit.enter("console_job", contract=job.contract, user=job.by, job=job.kind.value, number=job.id, what=what, **more)


def run(site: Site) -> None:
    """Do what waits."""
    queue = Queue(site.folder)
    for _ in range(_TRIES):
        with alone(queue.lock) as mine:
            if mine:
                _interrupted(queue)
                queue.tidy()
                while (job := queue.take()) is not None:
                    _do(queue, job, site)
                return
        clock.sleep(_BETWEEN)


def _do(queue: Queue, job: Job, site: Site) -> None:
    def step(number: int, of: int) -> None:
        if queue.step(job.id, number, of):
            raise Stopped

    try:
        told(job, "begun")
        step(0, 0)
        made = done(job, site, step)
        _put(queue, job, made)
    except Stopped:
        _end(queue, job, State.CANCELLED)
    except SekishoError as error:
        _end(queue, job, State.FAILED, f"{error.section}.{error.code}", said=_details(error))
    except Exception as error:  # a process has nobody who would hear it; kind and place are in the log
        from scanner.console.faults import log_fault

        log_fault(error)
        _end(queue, job, State.FAILED, "console.error_broken")
    else:
        _end(queue, job, State.DONE, file=made.name, said=made.said)


def _put(queue: Queue, job: Job, made: Made) -> None:
    if made.name:
        queue.files.mkdir(mode=0o700, exist_ok=True)
        secretfile.place(queue.result(job.id), made.data, over=True)


_TOLD = frozenset({"reason", "contract", "family", "number", "title"})
"""Details of an error that its sentence needs on the page; no path, no text that somebody typed."""


def _details(error: SekishoError) -> str:
    return json.dumps({key: str(value) for key, value in error.details.items() if key in _TOLD})


def _end(queue: Queue, job: Job, state: State, code: str = "", file: str = "", said: str = "") -> None:
    queue.end(job.id, state, code=code, file=file, said=said)
    told(job, state.value, **({"code": code.rpartition(".")[2]} if code else {}))


def main() -> None:
    """As the console starts it."""
    processes.lower_priority()
    home, *policy = sys.argv[1:]
    site = Site(Home(Path(home)), Path(policy[0]) if policy else None)
    serve(site)
    run(site)


if __name__ == "__main__":
    main()
