"""Libraries that another one loads where they are there, and that nothing here needs, stay unloaded."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec


class _Absent(MetaPathFinder):
    """To one thread some libraries are not installed; the others, which may want them, find them."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules, self._thread = frozenset(modules), threading.get_ident()

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """Refuse what is hidden, and leave the rest to the finders behind."""
        if fullname in self._modules and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{fullname} is not wanted here", name=fullname)
        return None


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """For the block, importing one of these fails in this thread as if it were not installed. sqlite-utils loads numpy and pandas: a
    watch that had made its inventory kept 80 MB of them until its end (measured on Linux with all extras)."""
    finder = _Absent(modules)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
