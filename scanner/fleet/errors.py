"""What is wrong with something that came over the network."""

from __future__ import annotations


class WireError(ValueError):
    """``what`` is a short code that both sides know and that is counted; it never quotes what came."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
