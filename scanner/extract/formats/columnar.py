"""Tables stored by columns (Parquet, Feather and Arrow, ORC) and Avro, through the extra ``columnar``. Without it, and where its
libraries refuse a file, the texts that lie in clear are read and the rest is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.extract import values, vectors
from scanner.extract.formats import opaque
from scanner.extract.inletters import legible
from scanner.extract.interface import Sink, Source, join
from scanner.model import Reason

_BATCH = 5_000
_SHORT = 16


def extract(source: Source, sink: Sink) -> None:
    """Put all rows under the names of their columns; raises ``Unsupported`` where they cannot be read."""
    source.file.seek(0)
    head = source.file.read(6)
    source.file.seek(0)
    unread = number = 0
    try:
        for number, (row, names) in enumerate(_rows(head, source, sink), 2):
            if number == 2:
                sink.row(source.part, 1, enumerate(names, 1))
            cells = []
            for column, value in enumerate(row, 1):
                text = _shown(value, source, sink)
                unread += text is None
                cells.append((column, text or ""))
            sink.row(source.part, number, cells)
    except ImportError:
        opaque.extract(source, sink)
    except MemoryError:
        raise
    except Exception as error:  # the libraries raise their own for whatever is damaged
        sink.note(f"{type(error).__name__} in a table")
        sink.missed(Reason.CORRUPT, source.part)
        opaque.extract(source, sink)
    if unread:
        sink.missed(Reason.UNSUPPORTED, join(source.part, "object"))


def _rows(head: bytes, source: Source, sink: Sink) -> Iterator[tuple[list[Any], list[str]]]:
    if head.startswith(b"Obj"):
        yield from _avro(source, sink)
        return
    for batch in _batches(head, source):
        sink.unpacked(batch.nbytes)
        sink.tick()
        names = [str(name) for name in batch.schema.names]
        columns = [column.to_pylist() for column in batch.columns]
        yield from ((list(row), names) for row in zip(*columns, strict=True))


def _batches(head: bytes, source: Source) -> Iterator[Any]:
    """Record batches of pyarrow, one after the other and in this thread alone."""
    import pyarrow

    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    if head.startswith(b"PAR1"):
        from pyarrow import parquet

        with parquet.ParquetFile(source.file) as table:
            yield from table.iter_batches(batch_size=_BATCH, use_threads=False)
    elif head.startswith(b"ORC"):
        from pyarrow import orc

        stored = orc.ORCFile(source.file)
        for number in range(stored.nstripes):
            yield stored.read_stripe(number)
    elif head.startswith(b"FEA1"):
        from pyarrow import feather

        yield from feather.read_table(source.file, use_threads=False, memory_map=False).to_batches(_BATCH)
    else:
        reader = pyarrow.ipc.open_file(source.file)
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


def _avro(source: Source, sink: Sink) -> Iterator[tuple[list[Any], list[str]]]:
    import fastavro

    for record in fastavro.reader(source.file):
        sink.tick()
        if isinstance(record, dict):
            yield list(record.values()), [str(name) for name in record]
        else:
            yield [record], ["value"]


def _shown(value: Any, source: Source, sink: Sink) -> str | None:
    """What a person sees of a value; ``None`` for bytes that are no text."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, bytes):
        if not value or not legible(value):
            return None if value else ""
        value = value.decode("utf-8", "replace")
    if isinstance(value, dict):
        value = "\n".join(f"{k}: {_shown(v, source, sink) or ''}" for k, v in value.items())
    elif isinstance(value, (list, tuple)):
        if value and all(isinstance(v, float) for v in value) and vectors.small(value):
            vectors.told(sink)
        value = "\n".join(_shown(v, source, sink) or "" for v in value)
    text = str(value)
    return "\n".join(values.value(text, source, sink)) if len(text) >= _SHORT else text
