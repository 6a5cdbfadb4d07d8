"""One module a format: bytes to located blocks."""
