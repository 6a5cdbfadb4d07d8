"""ZIP packages (OOXML, ODF): parts by name, with limits, and salvage of truncated files.

A package keeps account of what was opened: what is left when its reader is done is ``unopened`` and belongs to ``leftover``.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO

from scanner.extract.formats.salvage import salvage
from scanner.extract.formats.zipdir import check_entries, counted, overlapping, part_name
from scanner.extract.interface import Encrypted, ExtractError, LimitReached, Sink
from scanner.model import Reason


class Package:
    """Parts of a ZIP file by name. ``truncated`` is set where the directory is lost and parts were salvaged."""

    def __init__(self, file: IO[bytes], sink: Sink) -> None:
        self._sink = sink
        self.truncated = False
        self._opened: set[str] = set()
        self._salvaged: dict[str, bytes] = {}
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._overlapping: frozenset[int] = frozenset()
        check_entries(file, sink)
        try:
            self._zip: zipfile.ZipFile | None = zipfile.ZipFile(file, metadata_encoding="cp932")
            infos = [i for i in self._zip.infolist() if not i.is_dir()]
        except (zipfile.BadZipFile, UnicodeDecodeError, struct.error, OSError, ValueError):
            self._zip = None
            self.truncated = True
            self._salvaged = {part_name(name): data for name, data in salvage(file, sink).items()}
            self._named(list(self._salvaged))
            return
        self._overlapping = overlapping(infos)
        for info in infos:
            name = part_name(info.filename)
            earlier = self._infos.get(name)
            if (
                earlier is not None
            ):  # of two parts of one name the last is the one, as in Office; the other is left over
                self._infos[f"earlier {len(self._infos)}/{name}"] = earlier
            self._infos[name] = info
        self._named(list(self._infos))

    def _named(self, names: list[str]) -> None:
        self.names = names
        self._folded = {name.lower(): name for name in reversed(names)}

    def spelt(self, name: str) -> str:
        """A part as the package spells it: names of parts are the same in upper and lower case. Empty where there is none."""
        return name if name in self else self._folded.get(name.lower(), "")

    def unopened(self) -> list[str]:
        """Parts that nobody has opened yet, in the order of the package."""
        return [name for name in self.names if name not in self._opened]

    def size(self, name: str) -> int:
        """Unpacked size of a part as the directory states it."""
        return self._infos[name].file_size if self._zip else len(self._salvaged[name])

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream; raises ``Encrypted`` or ``LimitReached`` before anything is unpacked."""
        self._opened.add(name)
        if self._zip is None:
            return io.BytesIO(self._salvaged[name])
        info = self._infos[name]
        if info.flag_bits & 1:
            raise Encrypted("part")
        if id(info) in self._overlapping:
            raise ExtractError("entries overlap")
        if info.file_size > self._sink.limits.part_bytes:
            raise LimitReached("part", Reason.TOO_LARGE)
        try:
            return counted(self._zip.open(info), self._sink)
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            raise ExtractError(type(error).__name__) from None

    def read(self, name: str) -> bytes:
        """A whole part, at most ``part_bytes``."""
        with self.open(name) as part:
            try:
                return part.read()
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise ExtractError(type(error).__name__) from None

    def peek(self, name: str) -> bytes:
        """A whole part, without counting it as opened: whoever reads its text comes later. Raises ``ExtractError``."""
        opened = name in self._opened
        try:
            return self.read(name)
        finally:
            if not opened:
                self._opened.discard(name)

    def __contains__(self, name: str) -> bool:
        return name in self._infos or name in self._salvaged
