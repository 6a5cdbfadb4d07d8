"""The border to the programs of the system: nothing else of this room starts a process."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

from scanner import processes

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How a program ended and what it said."""

    code: int
    out: str

    @property
    def done(self) -> bool:
        """Whether it did what it was told."""
        return self.code == 0

    @property
    def word(self) -> str:
        """Its last line, else its number: what a person looks for in a manual."""
        lines = self.out.strip().splitlines()
        return lines[-1].strip() if lines else str(self.code)


ABSENT = Answer(127, "")
"""Of a program that this machine does not have."""


def run(program: str, *arguments: str) -> Answer:
    """Run a program found on the search path. It gets no input; what does not end within a minute counts as failed."""
    found = shutil.which(program)
    if found is None:
        return ABSENT
    try:
        code, said = processes.answer_of([found, *arguments], _SECONDS)
    except subprocess.TimeoutExpired:
        return Answer(124, "")
    except OSError as error:
        return Answer(126, error.strerror or "")
    return Answer(code, _text(said))


def _text(raw: bytes) -> str:
    """UTF-16 with its mark (``schtasks /XML``), UTF-8, or the code page of the machine."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp932", "replace")
