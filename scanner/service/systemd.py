"""systemd: units of the user (``~/.config/systemd/user``) and of the system (``/etc/systemd/system``)."""

from __future__ import annotations

import os
from pathlib import Path

from scanner.service import commands
from scanner.service.interface import Change, Scope, Seen, ServiceError, Spec, differences

UNIT = "sekisho.service"
_OF_SYSTEM = Path("/etc/systemd/system")
_SPECIAL = frozenset(" \t'\"\\;")


def quoted(argument: str) -> str:
    """An argument of ``ExecStart=`` (systemd.service, "Command lines"): ``%`` and ``$`` stand for themselves."""
    text = argument.replace("%", "%%").replace("$", "$$")
    if text and not _SPECIAL.intersection(text) and text.isprintable():
        return text
    escaped = "".join({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}.get(c, c) for c in text)
    return f'"{escaped}"'


def unit(spec: Spec, template: str) -> str:
    """The text of the unit. Folders of the system are made by systemd with rights for the service alone."""
    lines = [f"ExecStart={' '.join(map(quoted, spec.command))}"]
    target = "default.target"
    if spec.scope is Scope.SYSTEM:
        target = "multi-user.target"
        lines += ["UMask=0077", "ProtectSystem=full", "ProtectClock=true", "ProtectKernelTunables=true"]
        lines += ["ProtectKernelModules=true", "RestrictSUIDSGID=true", "LockPersonality=true"]
        for name, kind, folder in (("State", "/var/lib", spec.home), ("Logs", "/var/log", spec.logs)):
            if folder.parent == Path(kind):
                lines += [f"{name}Directory={folder.name}", f"{name}DirectoryMode=0700"]
    return template.replace("{service}", "\n".join(lines)).replace("{target}", target)


def settings(text: str) -> dict[str, str]:
    """The settings of a unit; of one that stands twice the last."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, mark, value = line.partition("=")
        if mark and not line.startswith(("#", ";", "[")):
            found[name.strip()] = value.strip()
    return found


class Systemd:
    """Units in ``folder``; by default where systemd looks for those of ``scope``."""

    def __init__(self, scope: Scope, template: str, folder: Path | None = None) -> None:
        self._scope, self._template = scope, template
        base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        self._path = (folder or (_OF_SYSTEM if scope is Scope.SYSTEM else Path(base) / "systemd" / "user")) / UNIT

    def _ask(self, *arguments: str) -> commands.Answer:
        return commands.run("systemctl", *(() if self._scope is Scope.SYSTEM else ("--user",)), *arguments)

    def install(self, spec: Spec) -> list[Change]:
        """See ``Manager``. Where no systemd answers the unit is written and the command to begin it is told (``by_hand``)."""
        text = unit(spec, self._template)
        before = self._path.read_text(encoding="utf-8") if self._path.exists() else None
        changes = [Change("installed", after=str(self._path))] if before is None else []
        if before is not None and before != text:
            changes += differences(settings(before), settings(text)) or [Change("rewritten", after=str(self._path))]
        if before != text:
            self._write(text)
        ran = self._ask("is-active", UNIT).done
        steps = [("daemon-reload",), ("enable", UNIT)]
        if not (ran and before == text):
            steps.append(("restart" if ran else "start", UNIT))
        for step in steps:
            if not self._ask(*step).done:
                return [*changes, Change("by_hand", after=self._by_hand())]
        if len(steps) == 3:
            changes.append(Change("restarted" if ran else "started"))
        return changes or [Change("unchanged", after=str(self._path))]

    def _by_hand(self) -> str:
        return f"systemctl {'' if self._scope is Scope.SYSTEM else '--user '}enable --now {UNIT}"

    def _write(self, text: str) -> None:
        made = self._path.with_name(f".{UNIT}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            made.write_text(text, encoding="utf-8")
            made.replace(self._path)
        except OSError as error:
            raise ServiceError("refused", detail=f"{self._path}: {error.strerror}") from None

    def uninstall(self) -> list[Change]:
        """See ``Manager``."""
        if not self._path.exists():
            return [Change("none")]
        self._ask("disable", "--now", UNIT)
        try:
            self._path.unlink()
        except OSError as error:
            raise ServiceError("refused", detail=f"{self._path}: {error.strerror}") from None
        self._ask("daemon-reload")
        return [Change("removed", before=str(self._path))]

    def status(self) -> Seen:
        """See ``Manager``."""
        if not self._path.exists():
            return Seen(False, False, str(self._path))
        command = settings(self._path.read_text(encoding="utf-8")).get("ExecStart", "")
        return Seen(True, self._ask("is-active", UNIT).done, str(self._path), command)

    def stop(self) -> bool:
        """See ``Manager``."""
        ran = self._ask("is-active", UNIT).done
        return ran and self._ask("stop", UNIT).done

    def start(self) -> None:
        """See ``Manager``."""
        answer = self._ask("start", UNIT)
        if not answer.done:
            raise ServiceError("refused", detail=answer.word)
