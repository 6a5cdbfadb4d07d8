"""How people give their passphrases: typed without being shown, one a line of standard input that is no terminal, or from a file
that nobody else may read. Never as a word of the command line, which every user of the machine can list."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from scanner.cli.console import somebody_there
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


def option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--passphrase-file``, once for each who signs."""
    return click.option(
        "--passphrase-file", "files", multiple=True, metavar=t("meta.file"), help=t("option.passphrase_file")
    )(function)


class Passphrases:
    """Asked for by the number of the worker, in turn; files before questions."""

    def __init__(self, files: tuple[str, ...] = ()) -> None:
        self._files = list(files)

    def __call__(self, worker: str) -> str:
        """The passphrase of somebody who has one."""
        return self.asked(t("people.passphrase_of", worker=worker))

    def new(self, worker: str) -> str:
        """A new one: typed twice at a terminal."""
        return self.asked(t("people.new_passphrase_of", worker=worker), t("people.once_more"))

    def asked(self, question: str, again: str = "") -> str:
        """One that belongs to a file; ``again``: the question of the second time, where it is a new one."""
        if self._files:
            return _read(self._files.pop(0))
        first = _typed(question)
        if again and somebody_there() and _typed(again) != first:
            raise Failure(t("people.not_the_same"), EXIT_USAGE)
        return first


def _typed(question: str) -> str:
    if somebody_there():
        return str(click.prompt(question, hide_input=True))
    click.echo(f"{question}: ", nl=True, err=True)
    line = sys.stdin.readline()
    if not line:
        raise Failure(t("people.no_passphrase"), EXIT_USAGE)
    return line.rstrip("\r\n")


def _read(name: str) -> str:
    path = Path(name)
    try:
        with path.open(encoding="utf-8-sig") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise Failure(t("people.file_open_to_others", path=path), EXIT_USAGE)
            return file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise Failure(t("people.file_unreadable", path=path), EXIT_USAGE) from None
