"""The service control manager of Windows, by pywin32: one service for the whole machine, as LocalSystem.

LocalSystem, because the files of all users are to be read; the process that reads foreign bytes is confined as anywhere.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from scanner import clock
from scanner.service.interface import Change, Seen, ServiceError, Spec, differences

NAME = "Sekisho"
DISPLAY = "Sekisho (関所)"
DESCRIPTION = "Watches where entrusted personal data lies. / 預かった個人情報の置き場所を見守ります。"
RESTARTS = (10_000, 60_000, 300_000)
"""Milliseconds until it starts again after the first, the second and each later failure."""
_RESET_SECONDS = 86_400
_OWN_PROCESS, _AUTO, _NORMAL = 0x10, 2, 1
_STOPPED, _STOP_PENDING, _RUNNING = 1, 3, 4
_CONTROL_STOP = 1
_ALL, _QUERY = 0xF01FF, 0x5  # the service: everything; configuration and state
_MANAGER_ALL, _MANAGER_CONNECT = 0xF003F, 0x1
_RESTART = 1
_DESCRIPTION, _FAILURE, _DELAYED, _ON_NON_CRASH = 1, 2, 3, 4
_DENIED, _NO_SERVICE, _NOT_STARTED, _RUNS, _MARKED = 5, 1060, 1062, 1056, 1072
_UNKNOWN_LEVEL = frozenset({50, 87, 120, 124})
"""Not supported, wrong parameter, not implemented, wrong level: an older Windows, or Wine."""
_LONGEST_WAIT = 60.0
_LATE = 1053
"""ERROR_SERVICE_REQUEST_TIMEOUT: the process did not answer the manager within half a minute."""
_STARTS, _AGAIN_SECONDS = 3, 5.0


class Scm:
    """``api`` is the module ``win32service``; ``failure`` its exception, with ``winerror``."""

    def __init__(self, api: Any, failure: type[Exception], sleep: Callable[[float], None] = clock.sleep) -> None:
        self._api, self._failure, self._sleep = api, failure, sleep

    def _opened(self, rights: int, manager_rights: int = _MANAGER_CONNECT) -> tuple[Any, Any]:
        """Handles of the manager and of the service; of the latter ``None`` where there is none."""
        try:
            manager = self._api.OpenSCManager(None, None, manager_rights)
        except self._failure as error:
            raise _told(error) from None
        try:
            return manager, self._api.OpenService(manager, NAME, rights)
        except self._failure as error:
            if getattr(error, "winerror", 0) == _NO_SERVICE:
                return manager, None
            self._api.CloseServiceHandle(manager)
            raise _told(error) from None

    def _closed(self, *handles: Any) -> None:
        for handle in handles:
            if handle is not None:
                self._api.CloseServiceHandle(handle)

    def install(self, spec: Spec) -> list[Change]:
        """See ``Manager``."""
        line = subprocess.list2cmdline(spec.command)
        manager, service = self._opened(_ALL, _MANAGER_ALL)
        changes: list[Change] = []
        try:
            if service is None:
                service = self._api.CreateService(
                    manager, NAME, DISPLAY, _ALL, _OWN_PROCESS, _AUTO, _NORMAL, line, None, 0, None, None, None
                )
                changes.append(Change("installed", after=NAME))
            else:
                before = self._api.QueryServiceConfig(service)
                was = {"command": before[3], "start": str(before[1]), "account": before[7] or "LocalSystem"}
                changes += differences(was, {"command": line, "start": str(_AUTO), "account": "LocalSystem"})
                self._api.ChangeServiceConfig(
                    service, _OWN_PROCESS, _AUTO, _NORMAL, line, None, 0, None, "LocalSystem", None, DISPLAY
                )
            changes += self._options(service)
            ran = self._state(service) == _RUNNING
            if ran and any(c.what == "changed" for c in changes):
                self._stopped(service)
                self._started(service)
                changes.append(Change("restarted"))
            elif not ran:
                self._started(service)
                changes.append(Change("started"))
        except self._failure as error:
            raise _told(error) from None
        finally:
            self._closed(service, manager)
        done = [c for c in changes if c.what != "not_supported"]
        return changes if done else [*changes, Change("unchanged", after=NAME)]

    def _options(self, service: Any) -> list[Change]:
        """What a service has besides its command: told where it differs, or where the system does not know it."""
        actions = {"ResetPeriod": _RESET_SECONDS, "RebootMsg": "", "Command": ""}
        actions["Actions"] = tuple((_RESTART, wait) for wait in RESTARTS)
        wanted = (
            ("description", _DESCRIPTION, DESCRIPTION),
            ("recovery", _FAILURE, actions),
            ("recovery_of_errors", _ON_NON_CRASH, True),
            ("delayed_start", _DELAYED, True),
        )
        changes: list[Change] = []
        for name, level, value in wanted:
            try:
                before = self._api.QueryServiceConfig2(service, level)
            except self._failure as error:
                before = None
                if getattr(error, "winerror", 0) not in _UNKNOWN_LEVEL:
                    raise
            if _same(before, value):
                continue
            try:
                self._api.ChangeServiceConfig2(service, level, value)
            except self._failure as error:
                if getattr(error, "winerror", 0) not in _UNKNOWN_LEVEL:
                    raise
                changes.append(Change("not_supported", name))
                continue
            changes.append(Change("set", name))
        return changes

    def uninstall(self) -> list[Change]:
        """See ``Manager``."""
        manager, service = self._opened(_ALL)
        try:
            if service is None:
                return [Change("none")]
            self._stopped(service)
            self._api.DeleteService(service)
        except self._failure as error:
            if getattr(error, "winerror", 0) != _MARKED:
                raise _told(error) from None
        finally:
            self._closed(service, manager)
        return [Change("removed", before=NAME)]

    def status(self) -> Seen:
        """See ``Manager``."""
        manager, service = self._opened(_QUERY)
        try:
            if service is None:
                return Seen(False, False, NAME)
            command = self._api.QueryServiceConfig(service)[3]
            return Seen(True, self._state(service) == _RUNNING, NAME, command)
        except self._failure as error:
            raise _told(error) from None
        finally:
            self._closed(service, manager)

    def stop(self) -> bool:
        """See ``Manager``."""
        manager, service = self._opened(_ALL)
        try:
            return service is not None and self._stopped(service)
        except self._failure as error:
            raise _told(error) from None
        finally:
            self._closed(service, manager)

    def start(self) -> None:
        """See ``Manager``."""
        manager, service = self._opened(_ALL)
        try:
            if service is None:
                raise ServiceError("absent")
            self._started(service)
        except self._failure as error:
            raise _told(error) from None
        finally:
            self._closed(service, manager)

    def _state(self, service: Any) -> int:
        return int(self._api.QueryServiceStatus(service)[1])

    def _wait(self, service: Any, wanted: int) -> bool:
        for _ in range(int(_LONGEST_WAIT * 4)):
            if self._state(service) == wanted:
                return True
            if wanted == _RUNNING and self._state(service) == _STOPPED:
                return False
            self._sleep(0.25)
        return False

    def _stopped(self, service: Any) -> bool:
        """Stop it; whether it ran. Raises ``ServiceError`` where it does not end within a minute."""
        if self._state(service) == _STOPPED:
            return False
        try:
            self._api.ControlService(service, _CONTROL_STOP)
        except self._failure as error:
            if getattr(error, "winerror", 0) != _NOT_STARTED and self._state(service) != _STOP_PENDING:
                raise
        if not self._wait(service, _STOPPED):
            raise ServiceError("does_not_stop")
        return True

    def _started(self, service: Any) -> None:
        """Start it. Raises ``ServiceError`` where it does not run within a minute, or answers the manager too late each time: the
        first start after a setup comes while antivirus programs look at thousands of new files."""
        for attempt in range(1, _STARTS + 1):
            try:
                self._api.StartService(service, None)
                break
            except self._failure as error:
                number = getattr(error, "winerror", 0)
                if number == _RUNS:
                    break
                if number != _LATE:
                    raise
                if attempt == _STARTS:
                    raise ServiceError("does_not_start") from None
                self._sleep(_AGAIN_SECONDS)
        if not self._wait(service, _RUNNING):
            raise ServiceError("does_not_start")


def _same(before: Any, value: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(before, dict) and all(
            tuple(before.get(k) or ()) == v if isinstance(v, tuple) else (before.get(k) or "") == v
            for k, v in value.items()
        )
    return bool(before == value)


def _told(error: Exception) -> ServiceError:
    number = getattr(error, "winerror", 0)
    return ServiceError("needs_admin") if number == _DENIED else ServiceError("refused", detail=str(number))


def of_this_machine() -> Scm:
    """The manager of this Windows. Raises ``ServiceError`` elsewhere."""
    if sys.platform != "win32":
        raise ServiceError("only_windows")
    import pywintypes
    import win32service

    return Scm(win32service, pywintypes.error)
