"""Access databases up to 2003 (mdb) through access-parser; later ones (accdb) are declared."""

from __future__ import annotations

import logging

from scanner.extract.interface import ExtractError, Sink, Source, Unsupported
from scanner.model import Reason


def extract(source: Source, sink: Sink) -> None:
    """Put all rows of all user tables; a table that cannot be read costs itself."""
    from access_parser.access_parser import AccessParser

    logging.getLogger("access_parser").disabled = True  # it logs the pages that it cannot parse
    source.file.seek(0)
    database = _from_bytes(AccessParser, source.file.read(sink.limits.part_bytes))
    names = [name for name in database.catalog if not name.startswith("MSys")]
    if not names and source.size > 4096:
        raise Unsupported("mdb without a readable catalogue")
    if source.size > sink.limits.part_bytes:
        sink.missed(Reason.TOO_LARGE, source.part)
    for place, name in enumerate(names, 1):
        part = source.at(name, "table", place)
        sink.entitled(part, name)
        try:
            columns = database.parse_table(name)
        except MemoryError:
            raise
        except Exception as error:  # the parser raises whatever a damaged page leads to
            sink.note(f"{type(error).__name__} in a table")
            sink.missed(Reason.CORRUPT, part)
            continue
        if not columns:
            continue
        sink.row(part, 1, enumerate(map(str, columns), 1))
        length = max((len(values) for values in columns.values()), default=0)
        for number in range(length):
            cells = ((i, _shown(v, number)) for i, v in enumerate(columns.values(), 1))
            sink.row(part, number + 2, cells)


def _shown(values: list[object], number: int) -> str:
    value = values[number] if number < len(values) else None
    return "" if value is None or isinstance(value, bytes) else str(value)


def _from_bytes(parser, data: bytes):  # type: ignore[no-untyped-def]
    """A parser over bytes in memory; its own constructor takes a path only, and members of archives have none."""
    from access_parser import access_parser as library

    original = library.read_db_file
    library.read_db_file = lambda _: data
    try:
        return parser("")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ExtractError(type(error).__name__) from None
    finally:
        library.read_db_file = original
