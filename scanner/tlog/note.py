"""C2SP signed-note: a text and lines of signatures, Ed25519; keys as the strings that people exchange (vkey).

Signature types: 0x01 over the text itself, 0x04 a witness's cosignature with its time (``cosignature``).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

ED25519 = 1
COSIGNATURE = 4
_DASH = "— "
_MOST = 64
"""Signatures in one note; more are refused."""


class NoteError(ValueError):
    """A note that is malformed (``form``), signed by nobody who is trusted (``unknown``) or wrongly (``signature``)."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name."""

    name: str
    public: bytes
    """32 bytes."""
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """``name+id+key``."""
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether ``signature``, without the key's number, is this key's over the text."""
        if self.kind == COSIGNATURE:
            if len(signature) != 72:
                return False
            message = cosigned(text, struct.unpack(">Q", signature[:8])[0])
            return _verified(self.public, signature[8:], message)
        return _verified(self.public, signature, text.encode())


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """As it stands in the note, with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"

    @property
    def time(self) -> int:
        """Seconds since 1970 of a cosignature."""
        return int(struct.unpack(">Q", self.signature[:8])[0])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and what stands under it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(s.line for s in self.signatures)}"

    def signed_by(self, verifier: Verifier) -> Signature | None:
        """The signature of a key; ``None`` where there is none, ``NoteError`` where it is wrong."""
        for found in self.signatures:
            if found.name == verifier.name and found.key_id == verifier.key_id:
                if not verifier.holds(self.text, found.signature):
                    raise NoteError("signature")
                return found
        return None

    def cosigned(self, more: tuple[Signature, ...]) -> Note:
        """With further signatures; of one key the last one."""
        kept = {(s.name, s.key_id): s for s in (*self.signatures, *more)}
        return Note(self.text, tuple(kept.values()))


def parse_vkey(text: str) -> Verifier:
    """A key as people exchange it; raises ``NoteError``."""
    try:
        name, number, key = text.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
    except (ValueError, binascii.Error):
        raise NoteError("form") from None
    if not _named(name) or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise NoteError("form")
    verifier = Verifier(name, raw[1:], raw[0])
    if verifier.key_id.hex() != number:
        raise NoteError("form")
    return verifier


def parse(text: str) -> Note:
    """A note, its signatures not yet looked at; raises ``NoteError``."""
    if any(c < " " and c != "\n" for c in text):
        raise NoteError("form")
    body, blank, under = text.rpartition("\n\n")
    if not blank or not under.endswith("\n"):
        raise NoteError("form")
    return Note(body + "\n", parse_signatures(under))


def parse_signatures(text: str) -> tuple[Signature, ...]:
    """Lines of signatures; raises ``NoteError``."""
    lines = text.split("\n")
    if lines.pop() or not lines or len(lines) > _MOST:
        raise NoteError("form")
    found = []
    for line in lines:
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise NoteError("form") from None
        if not line.startswith(_DASH) or not space or not _named(name) or len(raw) < 5:
            raise NoteError("form")
        found.append(Signature(name, raw[:4], raw[4:]))
    return tuple(found)


def sign(text: str, name: str, seed: bytes) -> Signature:
    """Sign a note's text with the Ed25519 key of ``seed`` (32 bytes)."""
    return Signature(name, Verifier(name, public_of(seed)).key_id, _signed(seed, text.encode()))


def cosign(text: str, name: str, seed: bytes, time: int) -> Signature:
    """A witness's signature over a checkpoint at ``time``, seconds since 1970 (C2SP tlog-cosignature, Ed25519)."""
    key_id = Verifier(name, public_of(seed), COSIGNATURE).key_id
    return Signature(name, key_id, struct.pack(">Q", time) + _signed(seed, cosigned(text, time)))


def cosigned(text: str, time: int) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def public_of(seed: bytes) -> bytes:
    """The public key of an Ed25519 seed, both 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return bytes(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def _signed(seed: bytes, message: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return bytes(Ed25519PrivateKey.from_private_bytes(seed).sign(message))


def _verified(public: bytes, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _named(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)
