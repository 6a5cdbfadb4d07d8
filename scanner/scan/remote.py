"""A file of a share for the reading child: its bytes in anonymous memory, which no disk ever sees.

The child opens no network. The bytes are fetched once, hashed on the way, and handed over as an open file; they are gone with
the next file.
"""

from __future__ import annotations

import hashlib
import os

from scanner.model import FileRef, Reason
from scanner.pipeline import ReadError
from scanner.sources.smb import Shares

MOST_BYTES = 1 << 30
"""A larger file of a share would need more memory than a terminal has; it is told as too large."""
_CHUNK = 1 << 20


class Fetched:
    """The file at hand."""

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._path = b""
        self._fd = -1

    def fetch(self, ref: FileRef, key: bytes) -> bytes:
        """Bring the bytes here; returns their keyed hash. Raises ``ReadError``."""
        self.close()
        if ref.size > MOST_BYTES:
            raise ReadError(Reason.TOO_LARGE)
        digest = hashlib.blake2b(key=key, digest_size=16)
        self._fd = os.memfd_create("sekisho", os.MFD_CLOEXEC)
        try:
            with self._shares.open(ref.path) as source, os.fdopen(os.dup(self._fd), "wb") as here:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    here.write(chunk)
        except FileNotFoundError:
            raise ReadError(Reason.VANISHED) from None
        except (OSError, ValueError):
            raise ReadError(Reason.UNREADABLE) from None
        self._path = ref.path
        return digest.digest()

    def at(self, ref: FileRef) -> bytes:
        """Where the reading child finds the bytes of ``ref``."""
        return f"/proc/{os.getpid()}/fd/{self._fd}".encode() if ref.path == self._path else ref.path

    def close(self) -> None:
        """Let the bytes go."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._path = -1, b""
