"""Writes compound files (MS-CFB, version 3): what doc, xls, ppt, msg and Ichitaro documents are packed in."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


class _Entry:
    def __init__(self, name: str, kind: int) -> None:
        self.name, self.kind = name, kind
        self.children: list[_Entry] = []
        self.left = self.right = self.child = _FREE
        self.start, self.size = _END, 0

    def packed(self) -> bytes:
        wide = self.name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBBIII36xIII",
            wide, len(wide), self.kind, 1, self.left, self.right, self.child, self.start, self.size, 0,
        )  # fmt: skip


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of ``path → contents``; folders are parted by ``/``."""
    root = _Entry("Root Entry", _ROOT)
    entries, bodies = [root], dict[int, bytes]()
    folders = {"": root}
    for path, body in streams.items():
        holder, _, leaf = path.rpartition("/")
        _folder(holder, folders, entries)
        entry = _Entry(leaf, _STREAM)
        entry.size = len(body)
        folders[holder].children.append(entry)
        bodies[len(entries)] = body
        entries.append(entry)
    numbers = {id(e): n for n, e in enumerate(entries)}
    for entry in entries:
        ordered = sorted(entry.children, key=lambda e: (len(e.name), e.name.upper()))
        entry.child = _tree(ordered, numbers)
    return _laid_out(entries, bodies)


def _folder(path: str, folders: dict[str, _Entry], entries: list[_Entry]) -> None:
    if path in folders:
        return
    holder, _, leaf = path.rpartition("/")
    _folder(holder, folders, entries)
    folders[path] = _Entry(leaf, _STORAGE)
    folders[holder].children.append(folders[path])
    entries.append(folders[path])


def _tree(ordered: list[_Entry], numbers: dict[int, int]) -> int:
    """The middle one above its two halves: names are looked up by halving."""
    if not ordered:
        return _FREE
    middle = len(ordered) // 2
    entry = ordered[middle]
    entry.left, entry.right = _tree(ordered[:middle], numbers), _tree(ordered[middle + 1 :], numbers)
    return numbers[id(entry)]


def _laid_out(entries: list[_Entry], bodies: dict[int, bytes]) -> bytes:
    mini, mini_chain = b"", list[int]()
    for number, body in bodies.items():
        if body and len(body) < _CUTOFF:
            entries[number].start = len(mini_chain)
            mini_chain += _chain(len(mini_chain), -(-len(body) // _MINI))
            mini += _padded(body, _MINI)
    data, chain = b"", list[int]()

    def put(body: bytes) -> int:
        nonlocal data
        if not body:
            return _END
        start = len(chain)
        chain.extend(_chain(start, -(-len(body) // _SECTOR)))
        data += _padded(body, _SECTOR)
        return start

    for number, body in bodies.items():
        if len(body) >= _CUTOFF:
            entries[number].start = put(body)
    entries[0].start, entries[0].size = put(mini), len(mini)
    table = put(_padded(struct.pack(f"<{len(mini_chain)}I", *mini_chain), _SECTOR, b"\xff"))
    tables = -(-4 * len(mini_chain) // _SECTOR)
    directory = put(_padded(b"".join(e.packed() for e in entries), 4 * 128))
    fats = 1
    while fats * 128 < len(chain) + fats:
        fats += 1
    first = len(chain)
    chain += [_FAT] * fats
    places = [*range(first, first + fats), *[_FREE] * (109 - fats)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fats, directory, 0, _CUTOFF, table, tables, _END, 0, *places,
    )  # fmt: skip
    return header + data + _padded(struct.pack(f"<{len(chain)}I", *chain), _SECTOR, b"\xff")


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), _END]


def _padded(body: bytes, unit: int, filler: bytes = b"\0") -> bytes:
    return body + filler * (-len(body) % unit)
