"""One xml part of a package: walked with its errors named, and what stands behind an error read all the same."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable

from scanner.extract.formats import remainder
from scanner.extract.formats.package import Package
from scanner.extract.formats.xmlwalk import walk
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import Reason


def guarded(
    package: Package,
    name: str,
    source: Source,
    sink: Sink,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    raw: bool = False,
    aside: Callable[[str], None] | None = None,
) -> None:
    """Walk one part; its errors cost the part and are named. What stands behind them is put without its tags."""

    def rest(data: bytes) -> None:
        remainder.put(data, source.at(name, "part"), sink)

    try:
        with package.open(name) as part:
            limit = sink.limits.part_bytes
            walk(part, start, end, text, limit=limit, raw=raw, aside=aside, rest=rest)
    except ExtractError as error:
        if not (package.truncated and error.reason in (Reason.TRUNCATED, Reason.CORRUPT)):
            sink.missed(error.reason, source.at(name, "part"))
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
        sink.missed(Reason.TRUNCATED if isinstance(error, EOFError) else Reason.CORRUPT, source.at(name, "part"))
