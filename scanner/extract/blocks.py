"""Blocks as they go through the pipe from reader to judge."""

from __future__ import annotations

from typing import Any

from scanner.extract.interface import ROWS
from scanner.model import Block, BlockKind

_KINDS = {kind.value: kind for kind in BlockKind}


def decode(items: list[list[Any]]) -> list[Block]:
    """Blocks from their JSON form. A row of a csv file that has one field only is a line of text."""
    blocks: list[Block] = []
    for kind, part, number, body in items:
        if kind == ROWS:
            for n, texts in enumerate(body, number):
                if len(texts) > 1:
                    blocks.append(Block(BlockKind.ROW, part, n, "", _cells(texts)))
                elif texts and texts[0]:
                    blocks.append(Block(BlockKind.LINE, part, n, texts[0]))
        elif isinstance(body, str):
            blocks.append(Block(_KINDS[kind], part, number, body))
        elif isinstance(body[0], str):
            blocks.append(Block(BlockKind.ROW, part, number, "", _cells(body)))
        else:
            blocks.append(Block(_KINDS[kind], part, number, "", tuple(map(tuple, body))))
    return blocks


def _cells(texts: list[str]) -> tuple[tuple[int, str], ...]:
    return tuple(enumerate(texts, 1) if all(texts) else [cell for cell in enumerate(texts, 1) if cell[1]])
