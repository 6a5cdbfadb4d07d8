"""Alerts of new points: one a point, without values and without clear names in anything that leaves the machine."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys

from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.messages import t
from scanner.model import display
from scanner.policy.models import AlertRules
from scanner.printable import in_json

_NAME = "last_alert"


class Alerts:
    """Tells of points that were opened since the last time. The log stays on the machine and names the file."""

    def __init__(self, home: Home, rules: AlertRules | None = None) -> None:
        self._home, self._rules = home, rules or AlertRules()

    def send(self) -> int:
        """Send what is new; returns how many. An alert that cannot be delivered stops nothing and is noted in the log."""
        rows = self._new()
        for row in rows:
            about = display(row["path"]) if row["path"] else row["subject"]
            self._log({"event": "alert", "point": row["id"], "code": row["code"], "path": about})
        if rows:
            text = self._text(rows)
            self._syslog(text)
            self._desktop(text)
            self._elsewhere(text)
        return len(rows)

    def _new(self) -> list[sqlite3.Row]:
        mark = self._home.path / _NAME
        last = int(mark.read_text(encoding="ascii")) if mark.exists() else 0
        if not self._home.database.exists():
            return []
        db = sqlite3.connect(f"{self._home.database.as_uri()}?mode=ro", uri=True, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            rows = db.execute(
                "select p.id, p.code, p.subject, f.path from points p left join files f on f.id = p.file_id where p.id > ? order by p.id",
                (last,),
            ).fetchall()
        finally:
            db.close()
        if rows:
            temporary = mark.with_suffix(".new")
            temporary.write_text(str(rows[-1]["id"]), encoding="ascii")
            os.replace(temporary, mark)
        return rows

    @staticmethod
    def _text(rows: list[sqlite3.Row]) -> str:
        codes: dict[str, int] = {}
        for row in rows:
            codes[row["code"]] = codes.get(row["code"], 0) + 1
        return t("alert.text", points=", ".join(f"{c} {n}" for c, n in sorted(codes.items())), first=rows[0]["id"])

    def _log(self, details: dict[str, object]) -> None:
        line = in_json(json.dumps({"at": now(), **details}, ensure_ascii=False))
        descriptor = os.open(self._home.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(line + "\n")

    def _syslog(self, text: str) -> None:
        if self._rules.syslog and sys.platform != "win32":
            import syslog

            syslog.openlog("sekisho")
            syslog.syslog(syslog.LOG_WARNING, text)

    def _desktop(self, text: str) -> None:
        program = shutil.which("notify-send") if self._rules.desktop else None
        if program and os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            subprocess.run([program, t("alert.title"), text], check=False, capture_output=True, timeout=10)

    def _elsewhere(self, text: str) -> None:
        if not self._rules.urls:
            return
        try:
            import apprise
        except ImportError:
            self._log({"event": "alert_not_sent", "why": "apprise is not installed; pip install 'sekisho[alerts]'"})
            return
        sender = apprise.Apprise()
        for url in self._rules.urls:
            sender.add(url)
        if not sender.notify(title=t("alert.title"), body=text):
            self._log({"event": "alert_not_sent", "why": "the receiver did not take it"})
