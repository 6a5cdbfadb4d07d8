"""Texts under the key of the installation, so that the record does not tell what it must not, nor an answer before it is given."""

from __future__ import annotations

import hmac

from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key


def hidden(home: Home, what: str, text: str, more: str = "") -> str:
    """The code of a text as a ``what``, 64 hexadecimal digits; ``more`` makes equal texts differ."""
    return hidden_by(installation_key(home), what, text, more)


def hidden_by(key: bytes, what: str, text: str, more: str = "") -> str:
    """The same for many texts: the key is asked for once."""
    message = f"{what}|{more}|{text}".encode("utf-8", "surrogateescape")
    return hmac.digest(key, message, "sha256").hex()
