"""Task Scheduler of Windows: a task at sign-in for one user, or at system start for the machine where services are not wanted.

The task is told by XML of ours (schema of task 1.2) and registered by ``schtasks``, which every Windows has. Its end is a
failure's end to the scheduler only when the process gives a code of failure; it then starts again each minute, ten times.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from xml.sax.saxutils import escape

from scanner.service import commands
from scanner.service.interface import Change, Scope, Seen, ServiceError, Spec, differences

_NAMES = {Scope.USER: "Sekisho", Scope.SYSTEM: "Sekisho (all users)"}
_SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
_LOCAL_SYSTEM = "S-1-5-18"
_MOST = 1 << 20


def document(spec: Spec, template: str, account: str = "") -> str:
    """The XML of the task; ``account`` is the user of a task of theirs, as ``DOMAIN\\name``."""
    program, *arguments = spec.command
    if spec.scope is Scope.SYSTEM:
        trigger = "<BootTrigger><Enabled>true</Enabled></BootTrigger>"
        principal = f"<UserId>{_LOCAL_SYSTEM}</UserId><RunLevel>HighestAvailable</RunLevel>"
    else:
        user = f"<UserId>{escape(account)}</UserId>" if account else ""
        trigger = f"<LogonTrigger><Enabled>true</Enabled>{user}</LogonTrigger>"
        principal = f"{user}<LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel>"
    values = {"trigger": trigger, "principal": principal, "program": escape(program)}
    values["arguments"] = escape(subprocess.list2cmdline(arguments))
    return template.format(**values)


def settings(text: str) -> dict[str, str]:
    """What the XML of a task says, by the names of its elements; nothing where it cannot be read.

    The scheduler adds elements of its own (date, author, URI), so what is compared is what ours says, but for users, whom it writes
    as names or SIDs as it likes.
    """
    if len(text) > _MOST or "<!DOCTYPE" in text:
        return {}
    try:
        root = ET.fromstring(text[text.index("<Task") :])  # noqa: S314  # the scheduler's own, small, without entities
    except (ET.ParseError, ValueError):
        return {}
    found: dict[str, str] = {}

    def look(element: ET.Element, path: str) -> None:
        for child in element:
            name = f"{path}/{child.tag.removeprefix(_SPACE)}".lstrip("/")
            if len(child) == 0 and not name.endswith("/UserId"):
                found[name] = (child.text or "").strip()
            look(child, name)

    look(root, "")
    return found


class Tasks:
    """The task of ``scope``."""

    def __init__(self, scope: Scope, template: str) -> None:
        self._scope, self._template, self._name = scope, template, _NAMES[scope]

    def _ask(self, *arguments: str) -> commands.Answer:
        return commands.run("schtasks", *arguments, "/TN", self._name)

    def _now(self) -> dict[str, str] | None:
        """The settings of the task that is there; ``None`` where there is none, and where the answer describes none."""
        answer = self._ask("/Query", "/XML")
        return settings(answer.out) if answer.done and "<Task" in answer.out else None

    def install(self, spec: Spec) -> list[Change]:
        """See ``Manager``."""
        domain, name = os.environ.get("USERDOMAIN", ""), os.environ.get("USERNAME", "")
        text = document(spec, self._template, f"{domain}\\{name}" if domain and name else name)
        wanted, before = settings(text), self._now()
        if before is not None and all(before.get(n) == v for n, v in wanted.items()):
            if self._runs():
                return [Change("unchanged", after=self._name)]
            self.start()
            return [Change("started")]
        ran = before is not None and self.stop()
        self._register(text)
        self.start()
        if before is None:
            return [Change("installed", after=self._name), Change("started")]
        ours = {n: v for n, v in before.items() if n in wanted}
        return [*differences(ours, wanted), Change("restarted" if ran else "started")]

    def _register(self, text: str) -> None:
        descriptor, name = tempfile.mkstemp(suffix=".xml")
        path = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-16") as file:
                file.write(text)
            answer = self._ask("/Create", "/XML", name, "/F")
        finally:
            path.unlink(missing_ok=True)
        if not answer.done:
            raise ServiceError("no_tasks" if answer == commands.ABSENT else "refused", detail=answer.word)

    def uninstall(self) -> list[Change]:
        """See ``Manager``."""
        if self._now() is None:
            return [Change("none")]
        self.stop()
        answer = self._ask("/Delete", "/F")
        if not answer.done:
            raise ServiceError("refused", detail=answer.word)
        return [Change("removed", before=self._name)]

    def status(self) -> Seen:
        """See ``Manager``."""
        found = self._now()
        if found is None:
            return Seen(False, False, self._name)
        command = f"{found.get('Actions/Exec/Command', '')} {found.get('Actions/Exec/Arguments', '')}".strip()
        return Seen(True, self._runs(), self._name, command)

    def _runs(self) -> bool:
        """By the number of the state, since its words are in the language of Windows: PowerShell knows it, ``schtasks`` has
        only words. 267009 (0x41301) is "the task is running" as the last result, in every language."""
        answer = self._ask("/Query", "/V", "/FO", "CSV", "/NH")
        return answer.done and "267009" in answer.out

    def stop(self) -> bool:
        """See ``Manager``."""
        ran = self._runs()
        return ran and self._ask("/End").done

    def start(self) -> None:
        """See ``Manager``."""
        answer = self._ask("/Run")
        if not answer.done:
            raise ServiceError("refused", detail=answer.word)
