"""The file format ``.cards``: ``CARDS1``, then one entry a line, its fields parted by ``|``."""

from scanner.extract.format import Family, Format
from scanner.extract.interface import Sink, Source

FORMAT = Format(
    "cards",
    "sekisho_example.cards:extract",
    Family.DATA,
    "cards",
    (b"CARDS1\n",),
    read="every entry",
    told="nothing",
    textual=True,
)


def extract(source: Source, sink: Sink) -> None:
    """Every entry is a row, so that a value is found again by its line and field."""
    source.file.seek(len(FORMAT.magics[0]))
    for number, line in enumerate(source.file.read().decode("utf-8", "replace").splitlines(), 1):
        sink.row(source.part, number, enumerate(line.split("|"), 1))
