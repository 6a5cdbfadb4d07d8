"""Lines about files that wait until the points are settled: what the sum over all files says of one stands in its line too.

They lie in an unnamed file of the system's temporary folder; they hold paths, kinds and counts, never a value.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson


def line_of(item: Mapping[str, Any]) -> str:
    """An object in one line of JSON."""
    try:
        return orjson.dumps(item).decode()
    except TypeError:  # half of a surrogate pair in a name
        return json.dumps(item, ensure_ascii=False)


class Spool:
    """Objects about files, in order; each has ``path`` and ``points``."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="\n")

    def add(self, item: Mapping[str, Any]) -> None:
        """Take an object."""
        path = str(item["path"])  # as people read it: without tabs and line ends
        self._file.write(f"{path}\t{line_of(item)}\n")

    def lines(self, settled: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """Every object as a line of JSON without its end; those with ``settled`` points (path → codes) have them too."""
        self._file.seek(0)
        for kept in self._file:
            path, _, line = kept.rstrip("\n").partition("\t")
            codes = settled.get(path)
            if codes:
                item = json.loads(line)
                item["points"] = sorted({*item["points"], *codes})
                line = line_of(item)
            yield line
        self._file.close()

    def items(self, settled: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
        """As ``lines``, as objects."""
        yield from map(json.loads, self.lines(settled))
