"""第4 and 第11: leavers who still hold personal data, workers who handle it without training. Told of the register's number,
never of a name; what the duty says is about a date in a register, not about a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.policy.models import Contract, Worker

CODES = ("F04-LEAVER-HOLDS", "F11-UNTRAINED")


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Holders(view),)


class Holders:
    """Counts the files with personal data that each worker's accounts own."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._of: dict[int, str] = {f.original.id: f.original.contract for f in view.families}
        self._held: Counter[tuple[str, str]] = Counter()

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Counts; the fact is one of the register's entry."""
        contracts = {file.contract, *(self._of.get(n, "") for n in file.families)} - {""}
        for number in contracts or {c.id for c in self._view.policy.contract}:
            contract = self._view.contract(number)
            worker = contract.worker_of(file.owner, self._view.today) if contract and file.owner else None
            if worker is not None:
                self._held[number, worker.id] += 1
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """One fact a worker."""
        for (number, worker_id), files in sorted(self._held.items()):
            contract = self._view.contract(number)
            worker = next((w for w in contract.worker if w.id == worker_id), None) if contract else None
            if contract is None or worker is None:
                continue
            if not worker.active(self._view.today) and worker.ends and worker.ends < self._view.today:
                working = {"worker": worker.id, "left": worker.ends.isoformat(), "files": files}
                yield Fact("F04-LEAVER-HOLDS", None, f"worker:{worker.id}", number, "", working)
            elif worker.active(self._view.today):
                last = trained(contract, worker)
                months = self._view.policy.review.training_months
                if last is None or later(last, months) < self._view.today:
                    working = {
                        "worker": worker.id,
                        "trained": last.isoformat() if last else "",
                        "months": months,
                        "files": files,
                    }
                    yield Fact("F11-UNTRAINED", None, f"worker:{worker.id}", number, "", working)


def trained(contract: Contract, worker: Worker) -> date | None:
    """The last day on which a worker was trained: by the worker's entry, by a session, or by its repetition."""
    days = [worker.trained_on] if worker.trained_on else []
    for session in contract.training:
        if worker.id in session.attendees:
            days.append(session.date)
        if worker.id in session.absent and session.repeated_on:
            days.append(session.repeated_on)
    return max(days, default=None)


def later(day: date, months: int) -> date:
    """The same day ``months`` later; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)
