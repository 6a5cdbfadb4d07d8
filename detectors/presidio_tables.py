"""Tables for presidio-structured: what each column of a frame holds, judged with its heading and all its values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from detectors.presidio import Analyzer
from detectors.tables.builder import LayoutBuilder

if TYPE_CHECKING:
    from presidio_structured import StructuredAnalysis

_MOST = 0.5
"""Share of the filled cells of a column that must hold an entity, so that the column counts as one of it."""


def analysis_of(frame: Any, depth: str = "balanced", *, rows: int = 1000) -> StructuredAnalysis:
    """Column → entity, from the first ``rows`` rows of a pandas ``DataFrame``; columns of nothing personal are left out.

    Needs the package presidio-structured. Raises ``ValueError`` for another depth.
    """
    from presidio_structured import StructuredAnalysis

    parts: list[str] = []
    at = 0
    builder = LayoutBuilder()
    table = builder.table({column: str(title) for column, title in enumerate(frame.columns)})
    spans: list[tuple[int, int, int]] = []
    for row, values in enumerate(frame.head(rows).itertuples(index=False, name=None)):
        for column, value in enumerate(values):
            text = "" if value is None or value != value else str(value)  # NaN is not itself
            builder.cell(table, row, column, at, at + len(text))
            if text:
                spans.append((at, at + len(text), column))
            parts.append(text + ("\n" if column == len(values) - 1 else "\t"))
            at += len(parts[-1])
    found = Analyzer(depth).matches("".join(parts), builder.layout)
    columns = [Counter[str]() for _ in frame.columns]
    filled = Counter(column for _, _, column in spans)
    nexts = iter(found)
    match = next(nexts, None)
    for start, end, column in spans:
        seen = set()
        while match is not None and match.start < end:
            if match.start >= start:
                seen.add(match.entity)
            match = next(nexts, None)
        columns[column].update(seen)
    mapping = {}
    for column, counts in enumerate(columns):
        for entity, count in counts.most_common(1):
            if count >= _MOST * filled[column]:
                mapping[str(frame.columns[column])] = entity
    return StructuredAnalysis(entity_mapping=mapping)
