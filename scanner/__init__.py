"""Sekisho's scanner: from a file's bytes to a line in the inventory. The rooms are described in docs/architecture.md."""

__version__ = "0.1.0"
