"""Forms as PDF, made by the LibreOffice of this machine, which nothing here brings along and nothing else needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scanner import processes
from scanner.errors import EXIT_USAGE, SekishoError

_PATIENCE = 120
"""Seconds for the start and for each file."""
_WINDOWS = ("ProgramFiles", "ProgramFiles(x86)")
_MAC = "/Applications/LibreOffice.app/Contents/MacOS/soffice"


class PdfError(SekishoError):
    """``no_libreoffice`` or ``failed``."""

    section = "pdf"
    exit_code = EXIT_USAGE


def program() -> str:
    """Path of LibreOffice; raises ``PdfError``."""
    names = ("soffice.com", "soffice") if sys.platform == "win32" else ("soffice", "libreoffice")
    found = next((path for path in map(shutil.which, names) if path), None)
    places = [Path(os.environ[v]) / "LibreOffice/program/soffice.com" for v in _WINDOWS if v in os.environ]
    found = found or next((str(place) for place in (*places, Path(_MAC)) if place.is_file()), None)
    if found is None:
        raise PdfError("no_libreoffice")
    return found


def converted(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """The PDF of each (ending, workbook or document), in order, by one start of the program with a profile of its own; raises
    ``PdfError``. Nothing stays behind."""
    office = program()
    with tempfile.TemporaryDirectory(prefix="sekisho-pdf-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        sources = [root / f"{number}.{ending}" for number, (ending, _) in enumerate(files)]
        for source, (_, data) in zip(sources, files, strict=True):
            source.write_bytes(data)
        words = [office, f"-env:UserInstallation={(root / 'profile').as_uri()}", "--headless", "--norestore"]
        words += ["--convert-to", "pdf", "--outdir", str(root / "made"), *map(str, sources)]
        try:
            patience = _PATIENCE * (1 + len(files))
            code, _ = processes.answer_of(words, patience)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PdfError("failed", why=type(error).__name__) from None
        made = [root / "made" / f"{source.stem}.pdf" for source in sources]
        if code or not all(path.is_file() for path in made):
            raise PdfError("failed", why=str(code))
        return [path.read_bytes() for path in made]
