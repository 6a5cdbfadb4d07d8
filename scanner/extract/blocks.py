"""Blocks as they go through the pipe from reader to judge."""

from __future__ import annotations

from typing import Any

from scanner.extract.interface import ROWS
from scanner.model import Block, BlockKind

_KINDS = {kind.value: kind for kind in BlockKind}


def decode(items: list[list[Any]], texts: dict[int, str] | None = None) -> list[Block]:
    """Blocks from their JSON form. A row of a csv file that has one field only is a line of text.

    ``texts``: the long texts that this file has given so far, kept by the caller from batch to batch (one dictionary a file);
    cells refer to them by number."""
    texts = {} if texts is None else texts
    blocks: list[Block] = []
    for kind, part, number, body in items:
        if kind == ROWS:
            for n, row in enumerate(body, number):
                if len(row) > 1:
                    blocks.append(Block(BlockKind.ROW, part, n, "", _cells(row)))
                elif row and row[0]:
                    blocks.append(Block(BlockKind.LINE, part, n, row[0]))
        elif isinstance(body, str):
            blocks.append(Block(_KINDS[kind], part, number, body))
        elif isinstance(body[0], str):
            blocks.append(Block(BlockKind.ROW, part, number, "", _cells(body)))
        else:
            blocks.append(Block(_KINDS[kind], part, number, "", tuple([_cell(cell, texts) for cell in body])))
    return blocks


def _cells(texts: list[str]) -> tuple[tuple[int, str], ...]:
    return tuple(enumerate(texts, 1) if all(texts) else [cell for cell in enumerate(texts, 1) if cell[1]])


def _cell(cell: list[Any], texts: dict[int, str]) -> tuple[int, str]:
    if len(cell) == 3:  # a long text for the first time
        texts[cell[2]] = cell[1]
    text = cell[1]
    return cell[0], text if isinstance(text, str) else texts[text]
