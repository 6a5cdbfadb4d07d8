"""A PostgreSQL of a benchmark's own."""

from __future__ import annotations

import random
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from tests.scanner.postgres import Instance


class Postgres:
    """PostgreSQL on a disk of its own, as it is after ``initdb``."""

    def __init__(self, folder: Path, *, sync: bool = False) -> None:
        """``sync``: what is committed is on the disk, as it is to be where figures are told; a killed process needs no such thing."""
        handed = folder / "handed"
        handed.mkdir()
        (handed / "pg_hba.conf").write_text("local all all trust\n")
        (handed / "sekisho.conf").write_text(
            "listen_addresses = ''\nmin_wal_size = 32MB\nmax_wal_size = 64MB\nshared_buffers = 32MB\n"
        )
        (handed / "server.sql").write_text("create role hub login;\ncreate database hub owner hub;\n")
        before, tempfile.tempdir = tempfile.tempdir, str(folder)
        try:
            self._instance = Instance(handed, 5432)
        finally:
            tempfile.tempdir = before
        if sync:
            for statement in ("alter system set fsync = on", "select pg_reload_conf()"):
                self._instance.psql("-d", "postgres", "-c", statement)
        self.address = f"postgresql://hub@/hub?host={self._instance.folder}&port=5432"

    def kill(self, pick: random.Random) -> None:
        """All of it as at a loss of current, or one of the processes that serve a connection; it stands again afterwards."""
        if pick.random() < 0.5:
            self._instance.kill()
            self._instance.start()
            return
        for one in psutil.Process(self._instance.pid).children():
            with suppress(psutil.NoSuchProcess):
                if pick.random() < 0.3:
                    one.kill()

    @property
    def pid(self) -> int:
        """Of the process that listens."""
        return self._instance.pid

    @property
    def ended(self) -> bool:
        """Whether it gave up."""
        process = self._instance.process
        return process is None or process.poll() is not None

    def start(self) -> None:
        """Again."""
        self._instance.process = None
        (self._instance.data / "postmaster.pid").unlink(missing_ok=True)
        self._instance.start()

    def emptied(self) -> str:
        """The address, behind which is nothing any more."""
        import psycopg

        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute("drop schema public cascade")
            connection.execute("create schema public")
        return self.address

    def stop(self) -> None:
        """End it and forget it."""
        self._instance.stop()
