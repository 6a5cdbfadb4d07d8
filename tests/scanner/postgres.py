"""A PostgreSQL instance of a test's own, made from what ``sekisho cluster init`` wrote, as its message says it; never as root."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.conftest import lacking


def program(name: str) -> str:
    """A program of the server; Debian keeps them beside the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        lacking("PostgreSQL", name)
    return path


class Instance:
    """Data in a folder of the account of the server, which cannot look into a test's own."""

    def __init__(self, handed: Path, port: int, beside: tuple[str, ...] = ()) -> None:
        """``handed``: the folder ``server`` of a cluster. ``beside``: words before the command, as for a network namespace."""
        self._initdb, self._postgres, self._psql = program("initdb"), program("postgres"), program("psql")
        self._account = self._user()
        self._beside = list(beside)
        self.port = port
        self.folder = Path(tempfile.mkdtemp(prefix="sekisho-pg"))
        self.data = self.folder / "data"
        self._own(self.folder)
        self._run(self._initdb, "-D", self.data, "-A", "peer", "-E", "UTF8", "--no-locale", "-N")
        shutil.copytree(handed, self.data / "sekisho")
        shutil.copy(handed / "pg_hba.conf", self.data / "pg_hba.conf")
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(f"include 'sekisho/sekisho.conf'\nunix_socket_directories = '{self.folder}'\nfsync = off\n")
        for path in (self.data, *self.data.rglob("*")):
            self._own(path)
        self.process: subprocess.Popen[bytes] | None = None
        self.start()
        self.psql("-d", "postgres", "-f", str(self.data / "sekisho/server.sql"))

    @staticmethod
    def _user() -> str:
        """The account that runs the server: not root, who may not."""
        if os.geteuid():
            return ""
        import pwd  # Windows has none, and runs what else stands in the files that this is for

        try:
            return pwd.getpwnam("postgres").pw_name
        except KeyError:
            lacking("PostgreSQL", "an account for it")

    def _own(self, path: Path) -> None:
        if self._account:
            shutil.chown(path, self._account, self._account)

    def _as_account(self, *words: object) -> list[str]:
        become = ["setpriv", f"--reuid={self._account}", f"--regid={self._account}", "--clear-groups"]
        return [*(become if self._account else []), *map(str, words)]

    def _run(self, *words: object) -> str:
        done = subprocess.run(
            self._as_account(*words), capture_output=True, text=True, cwd="/", timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [*self._beside, *self._as_account(self._postgres, "-D", self.data)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
        ready = program("pg_isready")
        for _ in range(300):
            if self.process.poll() is not None:
                break
            if subprocess.run([ready, "-h", self.folder, "-p", str(self.port)], capture_output=True).returncode == 0:
                return
            time.sleep(0.05)
        pytest.fail("the server did not start: " + (self.folder / "log").read_text(errors="replace")[-2000:])

    @property
    def pid(self) -> int:
        """Of the process that listens."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def psql(self, *words: str) -> str:
        """As its keeper."""
        return self._run(self._psql, "-h", self.folder, "-p", self.port, "-AtX", "-v", "ON_ERROR_STOP=1", *words)

    def kill(self) -> None:
        """End it at once, as a machine that loses its current does."""
        if self.process is not None:
            if (self.data / "postmaster.pid").exists():
                os.kill(self.pid, signal.SIGQUIT)  # immediate shutdown: nobody is waited for, nothing is written
            self.process.wait(timeout=20)
            self.process = None

    def stop(self) -> None:
        """End it and forget it."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


PORT = 5432
"""Of a socket in a folder of its own."""


def server(folder: Path) -> Instance:
    """One that only this machine reaches, for a hub."""
    handed = folder / "server"
    handed.mkdir()
    (handed / "pg_hba.conf").write_text("local all all trust\n")
    (handed / "sekisho.conf").write_text(f"port = {PORT}\nlisten_addresses = ''\n")
    (handed / "server.sql").write_text("create role hub login;\n")
    return Instance(handed, PORT)


def new_database(instance: Instance, name: str = "") -> str:
    """The address of a new database."""
    name = name or f"hub_{secrets.token_hex(4)}"
    instance.psql("-d", "postgres", "-c", f"create database {name} owner hub")
    return f"postgresql://hub@/{name}?host={instance.folder}&port={PORT}"
