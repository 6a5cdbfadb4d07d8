"""What only a passphrase opens: ChaCha20-Poly1305 under scrypt of it."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

COST = 2**15
"""scrypt's N: 32 MiB and about a tenth of a second for one guess."""
_MAGIC = b"sekisho-sealed 1\n"


class NotOpened(Exception):
    """``passphrase``: it is a sealed file, and this passphrase is not its own (or it was changed); else it is none."""

    def __init__(self, *, passphrase: bool) -> None:
        super().__init__()
        self.passphrase = passphrase


def derived(passphrase: str, salt: bytes, cost: int) -> bytes:
    """The key of 32 bytes; raises ``ValueError`` for a cost that nobody chose. Full-width and half-width are one."""
    if not 2**10 <= cost <= 2**20:
        raise ValueError(cost)
    text = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=cost, r=8, p=1, maxmem=2**31 - 1, dklen=32)


def sealed(data: bytes, passphrase: str, about: bytes) -> bytes:
    """``data`` as a file; ``about`` must be the same when it is opened."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    cipher = ChaCha20Poly1305(derived(passphrase, salt, COST))
    return _MAGIC + salt + nonce + bytes(cipher.encrypt(nonce, data, about))


def unsealed(file: bytes, passphrase: str, about: bytes) -> bytes:
    """The data again; raises ``NotOpened``."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    if not file.startswith(_MAGIC) or len(file) < len(_MAGIC) + 28 + 16:
        raise NotOpened(passphrase=False)
    salt, nonce, rest = (file[len(_MAGIC) :][part] for part in (slice(16), slice(16, 28), slice(28, None)))
    try:
        return bytes(ChaCha20Poly1305(derived(passphrase, salt, COST)).decrypt(nonce, rest, about))
    except InvalidTag:
        raise NotOpened(passphrase=True) from None
