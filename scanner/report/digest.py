"""The digest of a day or a week: what is open and how old, what is due, what is new, what is silent. Counts, codes and days only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from scanner import clock
from scanner.inventory import coverage, ledger, scheduled
from scanner.inventory.reader import Reader
from scanner.messages import t
from scanner.policy.models import Policy
from scanner.report import looks, wording

SOON = 7
"""Days within which a due date is told."""
AGES = (7, 30, 90)
"""Upper ends of the ages, in days; the last has none."""
SILENT = 3
"""Days without a walk of a place after which this machine is silent, or one more than its schedule waits where that is longer. Longer
than a weekend would hide a stopped watch for a week."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a message says."""

    since: str
    """Moment (UTC) of the one before; empty for the first."""
    codes: tuple[tuple[str, int], ...]
    ages: tuple[int, ...]
    late: int
    soon: int
    opened: int
    closed: int
    last_look: str
    """When the last of the places that are to be looked at was gone through (``looks``); without any, when a scan or a burst of the
    watch ended last. Empty where that never was."""
    places: int
    """Places that are to be looked at."""
    unseen: int
    """Of them, those that nothing went through for longer than ``patience`` days."""
    patience: int
    """Days after which this machine is silent."""
    silent: bool
    silent_hosts: int
    gaps: int
    waiting: int
    """Orders to move or erase that are not carried out."""
    left_out: int
    """Files and folders that exclusions leave out."""
    patterns: int
    """By how many."""
    ahead: str
    """The last moment (UTC) of the record that is still to come; empty where all have passed."""

    @property
    def open(self) -> int:
        """Open points."""
        return sum(count for _, count in self.codes)


def gathered(reader: Reader, since: str, today: date, policy: Policy | None = None, base: Path | None = None) -> Digest:
    """Out of the inventory; ``policy``: which places are to be looked at, ``base`` its folder."""
    codes = reader.rows(
        "select code, count(*) as n from points where state = 'open' group by code order by n desc, code"
    )
    opened = [clock.day_of(row["opened"]) for row in reader.rows("select opened from points where state = 'open'")]
    days = [max(0, (today - day).days) for day in opened]
    bounds = (-1, *AGES)
    ages = [sum(low < n <= high for n in days) for low, high in zip(bounds, AGES, strict=False)]
    due = "select count(*) as n from points where state = 'open' and due <> '' and due "
    soon = (today + timedelta(days=SOON)).isoformat()
    patience = _patience(reader)
    end = clock.begin_of(today + timedelta(days=1))
    seen = looks.of(reader, policy, base, today) if policy else looks.Looks(())
    unseen = seen.late(today - timedelta(days=patience), clock.day_of)
    last = (
        seen.last
        if seen.walked
        else (
            reader.rows(
                "select max(coalesce(ended, started)) as at from runs where state in ('complete', 'watch') and coalesce(ended, started) < ?",
                (end,),
            )[0]["at"]
            or ""
        )
    )
    excluded = coverage.excluded(reader.db)
    since_day = since or (clock.stamp_of(0))
    return Digest(
        since,
        tuple((row["code"], row["n"]) for row in codes),
        (*ages, sum(n > AGES[-1] for n in days)),
        reader.rows(due + "< ?", (today.isoformat(),))[0]["n"],
        reader.rows(due + "between ? and ?", (today.isoformat(), soon))[0]["n"],
        reader.rows("select count(*) as n from points where opened > ?", (since_day,))[0]["n"],
        reader.rows("select count(*) as n from points where state = 'closed' and closed > ?", (since_day,))[0]["n"],
        last,
        len(seen.walked),
        unseen,
        patience,
        not last or (today - clock.day_of(last)).days > patience,
        reader.rows("select count(*) as n from points where state = 'open' and code = 'F10-SILENT'")[0]["n"],
        coverage.of(reader.db).gaps,
        reader.rows("select count(*) as n from corrections where state in ('prepared', 'running', 'undoing')")[0]["n"],
        sum(one.entries for one in excluded),
        len(excluded),
        ledger.ahead(reader.db),
    )


def _patience(reader: Reader) -> int:
    schedule = scheduled.in_force(reader, clock.now())
    return max(SILENT, schedule.longest_wait + 1) if schedule else SILENT


def subject(found: Digest) -> str:
    """One line; what is late or silent comes first."""
    key = "silent" if found.silent else "late" if found.late else "open" if found.open else "clear"
    return t(f"digest.subject_{key}", count=found.late if key == "late" else found.open)


def body(found: Digest, today: date) -> str:
    """The message."""
    since = clock.shown(found.since) if found.since else "—"
    lines = [t("digest.head", day=today, since=since)]
    key = ("silent" if found.silent else "last_look") + ("_places" if found.places else "")
    last = clock.shown(found.last_look) if found.last_look else "—"
    lines.append(t(f"digest.{key}", last=last, places=found.places, count=found.unseen, days=found.patience))
    if found.ahead:
        lines.append(t("digest.ahead", last=clock.shown(found.ahead)))
    if found.silent_hosts:
        lines.append(t("digest.silent_hosts", count=found.silent_hosts))
    lines.append(t("digest.points", count=found.open, opened=found.opened, closed=found.closed))
    lines += [f"  {wording.named(code)}: {count}" for code, count in found.codes]
    if found.open:
        names = ("week", "month", "quarter", "older")
        ages = t("list.separator").join(
            f"{t(f'digest.age_{name}')} {count}" for name, count in zip(names, found.ages, strict=True)
        )
        lines += [t("digest.ages", ages=ages), t("digest.due", late=found.late, soon=found.soon, days=SOON)]
    if found.waiting:
        lines.append(t("digest.orders", count=found.waiting))
    lines.append(t("digest.gaps", count=found.gaps))
    if found.left_out:
        lines.append(t("digest.left_out", count=found.left_out, patterns=found.patterns))
    lines += ["", t("digest.foot")]
    return "\n".join(lines)
