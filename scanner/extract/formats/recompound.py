"""One stream in a sound compound file ([MS-CFB], version 3), for libraries that open nothing else.

They follow the chains of sectors of a damaged file without end or into gigabytes; the chains of this one are ours.
"""

from __future__ import annotations

import struct

_SECTOR, _SMALLEST, _IN_HEAD = 512, 4096, 109
_NUMBERS = _SECTOR // 4
_FREE, _END, _TABLE, _LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_STREAM, _ROOT = 2, 5


def compound(name: str, stream: bytes) -> bytes:
    """The file; a short stream is filled up with zeros, since short ones are kept in another way. Sectors: the stream, the
    directory, the tables of chains, the lists of tables that have no room in the head."""
    stream = stream.ljust(_SMALLEST, b"\0")
    sectors = -(-len(stream) // _SECTOR)
    tables, lists = 1, 0
    while tables * _NUMBERS < sectors + 1 + tables + lists:
        tables += 1
        lists = max(0, -(-(tables - _IN_HEAD) // (_NUMBERS - 1)))
    first_table = sectors + 1
    first_list = first_table + tables
    chain = [*range(1, sectors), _END, _END, *[_TABLE] * tables, *[_LIST] * lists]
    chain += [_FREE] * (tables * _NUMBERS - len(chain))
    places = [*range(first_table, first_list)]
    listed = b""
    for number in range(lists):
        some = places[_IN_HEAD + number * (_NUMBERS - 1) :][: _NUMBERS - 1]
        following = first_list + number + 1 if number + 1 < lists else _END
        listed += _numbers([*some, *[_FREE] * (_NUMBERS - 1 - len(some)), following])
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, sectors, 0, _SMALLEST, _END, 0, first_list if lists else _END, lists,
    )  # fmt: skip
    head += _numbers([*places[:_IN_HEAD], *[_FREE] * (_IN_HEAD - len(places))])
    directory = _entry("Root Entry", _ROOT, 1, _END, 0) + _entry(name, _STREAM, _FREE, 0, len(stream))
    directory += _entry("", 0, _FREE, 0, 0) * 2
    return b"".join((head, stream.ljust(sectors * _SECTOR, b"\0"), directory, _numbers(chain), listed))


def _numbers(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0" if name else b""
    return struct.pack("<64sHBBIII36xIQ", wide, len(wide), kind, 1, _FREE, _FREE, child, start, size)
