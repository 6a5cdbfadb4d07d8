"""Makes ``scanner/extract/ebcdic.txt`` from the converters IBM930 and IBM939 of GNU libc (``iconv``):

python -m tests.scanner.make_ebcdic > scanner/extract/ebcdic.txt
"""

from __future__ import annotations

import subprocess
import sys

_SHIFT_OUT, _SHIFT_IN = b"\x0e", b"\x0f"
_TRAILS = range(0x40, 0xFF)


def _read(data: bytes, codec: str) -> str:
    done = subprocess.run(["iconv", "-f", codec, "-t", "UTF-16LE"], input=data, capture_output=True, check=False)
    text = done.stdout.decode("utf-16-le", "replace") if done.returncode == 0 else ""
    return text if len(text) == 1 and not "\ue000" <= text <= "\uf8ff" else "\ufffd"


def _row(lead: int) -> str:
    whole = _SHIFT_OUT + b"".join(bytes((lead, trail)) for trail in _TRAILS) + _SHIFT_IN
    done = subprocess.run(["iconv", "-f", "IBM930", "-t", "UTF-16LE"], input=whole, capture_output=True, check=False)
    if done.returncode == 0 and len(text := done.stdout.decode("utf-16-le")) == len(_TRAILS):
        return "".join("\ufffd" if "\ue000" <= c <= "\uf8ff" else c for c in text)
    return "".join(_read(_SHIFT_OUT + bytes((lead, trail)) + _SHIFT_IN, "IBM930") for trail in _TRAILS)


def table() -> str:
    """The contents of the file."""
    out = [
        "# Characters of the host code pages 930 and 939, made by tests/scanner/make_ebcdic.py from iconv of GNU libc.",
        "# single CODEPAGE: the code points of the bytes 00 to FF; double LEAD: the characters of the trails 40 to FE.",
    ]
    for page in ("930", "939"):
        codes = (
            f"{ord(_read(bytes((b,)), f'IBM{page}')):04x}" if b not in (0x0E, 0x0F) else "fffd" for b in range(256)
        )
        out.append(f"single {page} {''.join(codes)}")
    for lead in range(0x41, 0x69):
        row = _row(lead)
        if row.strip("\ufffd"):
            out.append(f"double {lead:02x} {row}")
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
