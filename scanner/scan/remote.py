"""A file of a share for the reader: its bytes in anonymous memory, which no disk ever sees.

The reader opens no network. The bytes are fetched once through one handle, whose time of change is compared at the end, and
handed over as an open file; they are gone with it.
"""

from __future__ import annotations

import os

from scanner.errors import FileFault
from scanner.model import FileRef, Reason
from scanner.sources.smb import Shares

MOST_BYTES = 1 << 30
"""A larger file of a share would need more memory than a terminal has; it is told as too large."""
_CHUNK = 1 << 20


class FetchedFile:
    """A file of a share, in memory."""

    def __init__(self, ref: FileRef, shares: Shares) -> None:
        """Fetch it. Raises ``FileFault``."""
        if ref.size > MOST_BYTES:
            raise FileFault(Reason.TOO_LARGE)
        self.ref, self._shares = ref, shares
        self.stored = ref.size
        self.descriptor = os.memfd_create("sekisho", os.MFD_CLOEXEC)
        try:
            left = ref.size + 1  # one that grows is not followed
            with shares.open(ref.path) as source, os.fdopen(os.dup(self.descriptor), "wb") as here:
                while left and (chunk := source.read(min(_CHUNK, left))):
                    here.write(chunk)
                    left -= len(chunk)
            if left != 1:
                raise FileFault(Reason.CHANGED)
            os.lseek(self.descriptor, 0, os.SEEK_SET)
        except FileNotFoundError:
            self.close()
            raise FileFault(Reason.VANISHED) from None
        except (OSError, ValueError):
            self.close()
            raise FileFault(Reason.UNREADABLE) from None
        except BaseException:
            self.close()
            raise

    def changed(self) -> bool:
        """Whether the server tells another size or time than the walk."""
        return self._shares.changed(self.ref)

    def close(self) -> None:
        """Let the bytes go."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
