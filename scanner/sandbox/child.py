"""Starts a confined process of ours, speaks with it, ends it. Reader and judge are two of them."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from scanner.errors import SandboxFault
from scanner.limits import Limits
from scanner.processes import QUIET
from scanner.sandbox import job_object, wire

_READY_SECONDS = 120.0
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")

_LONGEST_ANSWER = 1 << 30
"""Bytes of one line; the tokens of ten million rows."""

_TIME_IS_UP = frozenset({-getattr(signal, "SIGXCPU", 24), 0xC0000044, 1816})
"""How a process ends whose time is used up; on Windows STATUS_QUOTA_EXCEEDED, or ERROR_NOT_ENOUGH_QUOTA."""

_starter = ThreadPoolExecutor(1, "sekisho-starter")
"""Children end with the *thread* that started them (PR_SET_PDEATHSIG): so one thread that lives as long as the program
starts them all."""


class Died(Exception):
    """The child ended before it answered; ``limit`` says whether it ran out of processor time."""

    def __init__(self, *, limit: bool) -> None:
        super().__init__("time" if limit else "crash")
        self.limit = limit


class Late(Exception):
    """The child did not answer in time."""


class Child:
    """One process, started with the first job. Not for use from several threads at once; ``kill`` may come from any."""

    def __init__(self, module: str, bounds: Limits, environment: dict[str, str] | None = None) -> None:
        self._module, self._bounds, self._environment = module, bounds, environment or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | IO[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._stopped = False
        self._job = 0
        """Handle of the Job Object on Windows: closing it ends the child."""
        self.powers: dict[str, bool] = {}
        """What the system took away from it, as it says itself."""

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; raises ``SandboxFault`` where it cannot work or has been stopped for good."""
        self.kill()
        if self._stopped:
            raise SandboxFault("stopped", process=self._name, kind="")
        try:
            _starter.submit(self._start).result()
            first = self.answer(_READY_SECONDS)
        except (OSError, Died, Late) as problem:
            self.kill()
            raise SandboxFault("cannot_start", process=self._name, kind=type(problem).__name__) from None
        self.powers = first.get("powers", {})
        if self._stopped:  # asked for while it was being started
            self.kill()
            raise SandboxFault("stopped", process=self._name, kind="")

    @property
    def _name(self) -> str:
        return self._module.rpartition(".")[2]

    def _start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if k in _PASSED_ON}
        environment |= {"ORT_DISABLE_TELEMETRY": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        environment |= self._environment
        command = [sys.executable, "-I", "-m", self._module]
        root = os.path.abspath(os.sep)
        if sys.platform == "win32":
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd=root,
                creationflags=QUIET,
            )
            self._job = job_object.confine(process, self._bounds)
            self._channel = process.stdin
        else:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                process = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environment,
                    cwd=root,
                    start_new_session=True,  # Ctrl-C on the terminal is not theirs
                )
            self._channel = ours
        self._process, self._answers = process, queue.SimpleQueue()
        threading.Thread(target=_pump, args=(process, self._answers), daemon=True).start()

    def send(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        """Hand out a job, with open descriptors that the child gets copies of. That it has died is told by ``answer``."""
        assert self._channel is not None
        with contextlib.suppress(OSError):
            wire.send(self._channel, message, descriptors or [], self._copied)

    def _copied(self, descriptor: int) -> int:
        if sys.platform != "win32":
            raise OSError("handles are a matter of Windows")
        import _winapi
        import msvcrt

        process: Any = self._process
        handle = msvcrt.get_osfhandle(descriptor)
        ours, theirs = _winapi.GetCurrentProcess(), int(process._handle)
        return int(_winapi.DuplicateHandle(ours, handle, theirs, 0, False, _winapi.DUPLICATE_SAME_ACCESS))

    def answer(self, seconds: float) -> dict[str, Any]:
        """Its next answer. Raises ``Late`` after ``seconds``, ``Died`` when it has ended."""
        try:
            line = self._answers.get(timeout=max(0.01, seconds))
        except queue.Empty:
            raise Late from None
        if not line.endswith(b"\n"):
            process = self._process
            code = process.wait(timeout=10) if process is not None else 0
            raise Died(limit=code in _TIME_IS_UP)
        try:
            message = wire.loaded(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise Died(limit=False)  # a process that has been taken over may say anything
        return message

    def stop(self) -> None:
        """End it and start it never again. Waits for nothing: a signal handler may call it."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()

    def kill(self) -> None:
        """End it at once and let go of what belonged to it."""
        process, self._process = self._process, None
        channel, self._channel = self._channel, None
        job, self._job = self._job, 0
        if process is None:
            return
        process.kill()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            pass  # it hangs inside the system (a dead share); it goes when the system lets it
        if job:
            job_object.release(job)
        for stream in (channel, process.stdin):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _pump(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[bytes]) -> None:
    assert process.stdout is not None
    with (
        contextlib.suppress(OSError, ValueError),
        process.stdout as lines,
    ):  # closed while reading: the end is told below
        while (line := lines.readline(_LONGEST_ANSWER)).endswith(b"\n"):
            answers.put(line)
        process.kill()  # it has ended, or says more than anybody may
    answers.put(b"")
