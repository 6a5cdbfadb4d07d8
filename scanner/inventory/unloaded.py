"""Libraries that another one loads where they are there, and that nothing here needs, stay unloaded."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """For the block, importing one of these fails as if it were not installed. sqlite-utils loads numpy and pandas: a watch that had
    made its inventory kept 90 MB of them until its end (measured on Linux with all extras). Nothing is kept from other threads, which
    may want them: where any runs, all is loaded as usual."""
    hidden = [name for name in modules if name not in sys.modules] if threading.active_count() == 1 else []
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # documented: it is not to be imported
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
