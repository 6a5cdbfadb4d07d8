"""Alerts of new points: one a point, without values and without clear names in anything that leaves the machine.

Each channel has a mark of its own in the journal, moved after the delivery: what is interrupted in between is told twice and
never lost. A channel that fails is tried again, later each time, and holds up no other.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from functools import partial

from scanner.inventory import log as logs
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.journal import Journal, Mark
from scanner.messages import t
from scanner.model import display
from scanner.policy.models import AlertRules
from scanner.printable import in_json
from scanner.watch import desktop, eventlog

_OLD_MARK = "last_alert"
_FIRST_WAIT, _LONGEST_WAIT = 60.0, 3600.0
_LOG = "log"


class Undelivered(Exception):
    """A channel did not take an alert; ``why`` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Alerts:
    """Tells of points that were opened since the last time. The log stays on the machine and names the file."""

    def __init__(
        self,
        home: Home,
        rules: AlertRules | None = None,
        journal: Journal | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._home, self._rules, self._clock = home, rules or AlertRules(), clock
        self._journal = journal or Journal(home.path / "journal.db")
        self._old_mark()

    def send(self) -> int:
        """Send what is new on every channel; returns how many points are new in the log. An alert that cannot be delivered
        stops nothing: it is noted in the log and tried again."""
        if not self._home.database.exists():
            return 0
        marks = self._journal.marks()
        new = 0
        for channel, deliver in self._channels().items():
            mark = marks.get(channel) or self._first(channel, marks)
            if mark.tries and mark.at <= self._clock() < mark.retry:
                continue
            rows = self._since(mark)
            if not rows:
                continue
            new = len(rows) if channel == _LOG else new
            self._journal.mark(channel, self._delivered(channel, deliver, rows, mark))
        return new

    def _delivered(
        self, channel: str, deliver: Callable[[list[sqlite3.Row]], None], rows: list[sqlite3.Row], mark: Mark
    ) -> Mark:
        try:
            deliver(rows)
        except Undelivered as failure:
            tries = mark.tries + 1
            wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(16, mark.tries))
            self.log("alert_not_sent", channel=channel, why=failure.why, tries=tries)
            if tries == 1:
                self._journal.tell("undelivered", failure.why)
            began = mark.at if mark.tries and mark.at <= self._clock() else self._clock()
            return Mark(mark.last, tries, began, self._clock() + wait, failure.why)
        return Mark(int(rows[-1]["id"]))

    def _channels(self) -> dict[str, Callable[[list[sqlite3.Row]], None]]:
        """By name; that of an address is its hash, because addresses hold secrets."""
        found: dict[str, Callable[[list[sqlite3.Row]], None]] = {_LOG: self._to_log}
        if self._rules.syslog:
            found["syslog"] = self._to_syslog
        if self._rules.desktop:
            found["desktop"] = self._to_desktop
        for url in self._rules.urls:
            name = "url:" + hashlib.sha256(url.encode()).hexdigest()[:8]
            found[name] = partial(self._to_address, url)
        return found

    @staticmethod
    def _first(channel: str, marks: dict[str, Mark]) -> Mark:
        """A channel that was not there before begins where the log stood; the log itself with all that is open."""
        return Mark(marks[_LOG].last if channel != _LOG and _LOG in marks else 0)

    def _since(self, mark: Mark) -> list[sqlite3.Row]:
        db = sqlite3.connect(f"{self._home.database.as_uri()}?mode=ro", uri=True, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            return db.execute(
                "select p.id, p.code, p.subject, f.path from points p left join files f on f.id = p.file_id"
                " where p.id > ? and (? > 0 or p.state = 'open') order by p.id",
                (mark.last, mark.last),
            ).fetchall()
        finally:
            db.close()

    def _old_mark(self) -> None:
        """The mark of earlier versions was a file; one that cannot be read means that what is open is told again."""
        path = self._home.path / _OLD_MARK
        try:
            text = path.read_bytes()[:32].strip()
        except OSError:
            return
        if _LOG not in self._journal.marks():
            last = int(text) if text.isdigit() else 0
            for channel in self._channels():
                self._journal.mark(channel, Mark(last))
        try:
            path.unlink()
        except OSError:
            pass  # it is not asked again: the journal has the mark

    # channels

    def _to_log(self, rows: list[sqlite3.Row]) -> None:
        for row in rows:
            about = display(row["path"]) if row["path"] else row["subject"]
            self.log("alert", point=row["id"], code=row["code"], path=about)
            self._journal.tell("alert", row["code"], row["path"] or row["subject"].encode("utf-8", "replace"))

    @staticmethod
    def _text(rows: list[sqlite3.Row]) -> str:
        codes: dict[str, int] = {}
        for row in rows:
            codes[row["code"]] = codes.get(row["code"], 0) + 1
        return t("alert.text", points=", ".join(f"{c} {n}" for c, n in sorted(codes.items())), first=rows[0]["id"])

    def log(self, event: str, **details: object) -> None:
        """A line of the log, which stays on the machine."""
        logs.append(self._home.log, in_json(json.dumps({"at": now(), "event": event, **details}, ensure_ascii=False)))

    def _to_syslog(self, rows: list[sqlite3.Row]) -> None:
        if not to_syslog(self._text(rows)):
            raise Undelivered("eventlog")

    def _to_desktop(self, rows: list[sqlite3.Row]) -> None:
        try:
            desktop.show(t("alert.title"), self._text(rows))
        except OSError:
            raise Undelivered("desktop") from None

    def _to_address(self, url: str, rows: list[sqlite3.Row]) -> None:
        try:
            import apprise
        except ImportError:
            raise Undelivered("apprise_missing") from None
        sender = apprise.Apprise()
        if not (sender.add(url) and sender.notify(title=t("alert.title"), body=self._text(rows))):
            raise Undelivered("refused")


def to_syslog(text: str, number: int = eventlog.ALERT) -> bool:
    """A warning to the system's log: syslog, or the event log of Windows under ``number``. Whether it took it."""
    if sys.platform == "win32":
        return eventlog.write(number, text)
    import syslog

    syslog.openlog("sekisho")
    syslog.syslog(syslog.LOG_WARNING, text)
    return True
