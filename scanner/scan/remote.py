"""A file of a share for the reader: its bytes in anonymous memory, which no disk ever sees.

The reader opens no network. The bytes are fetched once through one handle, whose time of change is compared at the end, and
handed over as an open file; they are gone with it.
"""

from __future__ import annotations

import errno
import os
import sys

from scanner.errors import FileFault
from scanner.model import FileRef, Reason
from scanner.patience import answered
from scanner.sources.smb import Shares

MOST_BYTES = 1 << 30
"""A larger file of a share would need more memory than a terminal has; it is told as too large."""
_CHUNK = 1 << 20


def _in_memory() -> int:
    """A descriptor of a file that lies in memory alone. Windows has none; there a share is read by its own name (``\\\\server``)."""
    if sys.platform == "win32":
        raise FileFault(Reason.UNSUPPORTED)
    return os.memfd_create("sekisho", os.MFD_CLOEXEC)


class FetchedFile:
    """A file of a share, in memory."""

    def __init__(self, ref: FileRef, shares: Shares) -> None:
        """Fetch it. Raises ``FileFault``."""
        if ref.size > MOST_BYTES:
            raise FileFault(Reason.TOO_LARGE)
        self.ref, self._shares = ref, shares
        self._server = ref.path.split(b"/")[2]
        self.stored = ref.size
        self.beside: tuple[int, ...] = ()
        self.descriptor = _in_memory()
        try:
            left = ref.size + 1  # one that grows is not followed
            source = answered(self._server, shares.open, ref.path)
            with source, os.fdopen(os.dup(self.descriptor), "wb") as here:
                while left and (chunk := answered(self._server, source.read, min(_CHUNK, left))):
                    here.write(chunk)
                    left -= len(chunk)
            if left != 1:
                raise FileFault(Reason.CHANGED)
            os.lseek(self.descriptor, 0, os.SEEK_SET)
        except FileNotFoundError:
            self.close()
            raise FileFault(Reason.VANISHED) from None
        except FileFault:
            self.close()
            raise
        except PermissionError as error:  # by its number the library tells a sharing violation from a refusal
            self.close()
            raise FileFault(Reason.IN_USE if error.errno == errno.EPERM else Reason.UNREADABLE) from None
        except (
            Exception
        ):  # an edge: the library tells a broken connection in many ways, none of them is another file's fault
            self.close()
            raise FileFault(Reason.UNREADABLE) from None

    def changed(self) -> bool:
        """Whether the server tells another size or other times than the walk. Raises ``FileFault`` where it does not answer."""
        return answered(self._server, self._shares.changed, self.ref)

    def close(self) -> None:
        """Let the bytes go."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
