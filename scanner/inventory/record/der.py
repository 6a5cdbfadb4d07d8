"""The one thing about a time stamp's bytes that is put right before reading: the order of the certificates in it.

DER wants the members of a SET OF in the order of their bytes, and rfc3161-client reads nothing else. OpenSSL, which many
authorities run, writes the certificates of PKCS#7 in the order in which it was given them. They are not signed.
"""

from __future__ import annotations

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0


def certificates_in_order(answer: bytes) -> bytes:
    """A TimeStampResp (RFC 3161) with its certificates in the order of DER; what is not built so comes back as it was."""
    try:
        parts = _parts(answer, *_only(answer, 0, len(answer), _SEQUENCE))
        token = parts[1]  # ContentInfo after PKIStatusInfo
        content = _parts(answer, *_inside(answer, token, _SEQUENCE))[1]
        signed = _only(answer, *_inside(answer, content, _CONTEXT_0), _SEQUENCE)
        kept = next(p for p in _parts(answer, *signed) if answer[p[0]] == _CONTEXT_0)
        begin, end = _inside(answer, kept, _CONTEXT_0)
        members = sorted(answer[a:b] for a, b in _parts(answer, begin, end))
    except (IndexError, ValueError, StopIteration):
        return answer
    return answer[:begin] + b"".join(members) + answer[end:]


def _only(data: bytes, begin: int, end: int, tag: int) -> tuple[int, int]:
    return _inside(data, _parts(data, begin, end)[0], tag)


def _inside(data: bytes, part: tuple[int, int], tag: int) -> tuple[int, int]:
    if data[part[0]] != tag:
        raise ValueError
    long = data[part[0] + 1]
    return part[0] + 2 + (long & 0x7F if long & 0x80 else 0), part[1]


def _parts(data: bytes, begin: int, end: int) -> list[tuple[int, int]]:
    """Begin and end of each element between two places."""
    found = []
    while begin < end:
        length = data[begin + 1]
        at = begin + 2
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(data[at : at + count]), at + count
        if at + length > end:
            raise ValueError
        found.append((begin, at + length))
        begin = at + length
    return found
