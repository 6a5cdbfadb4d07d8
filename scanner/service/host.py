"""The process that the service control manager of Windows starts: it answers the manager while the watch runs.

The manager must be answered by the very process that it has started, so the watch is not a child of this one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from scanner.service.interface import ServiceError
from scanner.service.scm import NAME
from scanner.service.waiting import Watch

_SPECIFIC = 1066
"""ERROR_SERVICE_SPECIFIC_ERROR: the code of the service's own stands beside it."""


def serve(make: Callable[[], Watch], failed: Callable[[Exception], int]) -> None:
    """Be the service until the manager or the watch ends it. ``failed`` tells of an error and gives the code for the manager, which
    then starts the service again by its recovery options. Raises ``ServiceError`` where no manager has started this process."""
    if sys.platform != "win32":
        raise ServiceError("only_windows")
    import pywintypes
    import servicemanager
    import win32service
    import win32serviceutil

    framework: Any = win32serviceutil.ServiceFramework

    class Host(framework):  # type: ignore[misc]  # pywin32 has no types
        _svc_name_ = NAME

        def __init__(self, arguments: Any) -> None:
            super().__init__(arguments)
            self._watch: Watch | None = None
            self._stopping = False

        def SvcRun(self) -> None:  # the name is pywin32's
            """Between start and stop."""
            code = 0
            try:
                self._watch = make()
                self.ReportServiceStatus(win32service.SERVICE_RUNNING)
                if not self._stopping:
                    self._watch.run()
            except Exception as error:  # the last net of this process: told in the log, and the manager gets the code
                code = failed(error)
            kind = _SPECIFIC if code else 0
            self.ReportServiceStatus(win32service.SERVICE_STOPPED, win32ExitCode=kind, svcExitCode=code)

        def SvcStop(self) -> None:  # the name is pywin32's
            """The manager wants it to end."""
            self._stopping = True
            self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, waitHint=30_000)
            if self._watch is not None:
                self._watch.stop()

        SvcShutdown = SvcStop

    servicemanager.Initialize()
    servicemanager.PrepareToHostSingle(Host)
    try:
        servicemanager.StartServiceCtrlDispatcher()
    except pywintypes.error as error:
        raise ServiceError("not_by_manager", detail=str(error.winerror)) from None
