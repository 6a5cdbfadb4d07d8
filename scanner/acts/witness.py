"""A witness of records: what a public body runs to see that a contractor's record only ever goes on.

Its folder holds its key and, for each record, the record's key and the head that was signed last. Requests and answers are
those of C2SP tlog-witness, as files or over HTTP; it needs no inventory and sees nothing of what the record says.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory.secretfile import place
from scanner.tlog.checkpoint import Checkpoint, read
from scanner.tlog.note import COSIGNATURE, ED25519, NoteError, Signature, Verifier, cosign, parse, parse_vkey, public_of
from scanner.tlog.proof import parse_add
from scanner.tlog.witness import Refused, Witness

_LARGEST = 1 << 16
"""Bytes of a request."""
_ANSWERS = {"unknown": 404, "signature": 403, "stale": 409, "fork": 422}
"""HTTP status of each refusal, as C2SP tlog-witness says."""


class WitnessError(SekishoError):
    """What was asked of a witness cannot be done; ``code`` names the message."""

    section = "witness"
    exit_code = EXIT_USAGE


class Desk:
    """The folder of a witness."""

    def __init__(self, folder: Path) -> None:
        """Raises ``WitnessError`` where ``folder`` is none."""
        try:
            facts = json.loads((folder / "witness.json").read_text("utf-8"))
            self._witness = Witness(str(facts["name"]), bytes.fromhex(facts["key"]))
        except (OSError, ValueError, KeyError, TypeError):
            raise WitnessError("no_desk", path=folder) from None
        self._folder = folder

    @property
    def vkey(self) -> str:
        """What a contractor names the witness by."""
        return Verifier(self._witness.name, public_of(self._witness.seed), COSIGNATURE).vkey

    def add(self, vkey: str) -> str:
        """Watch over a record from now on; returns its name. Raises ``WitnessError``."""
        try:
            verifier = parse_vkey(vkey)
        except NoteError:
            raise WitnessError("bad_vkey") from None
        if verifier.kind != ED25519:
            raise WitnessError("bad_vkey")
        known = self._log(verifier.name)
        keys = [*known.get("keys", []), verifier.vkey]
        self._keep(verifier.name, {**known, "keys": sorted(set(keys))})
        return verifier.name

    def logs(self) -> list[tuple[str, int, str]]:
        """Every record: name, entries that were signed last, when."""
        found = []
        for path in sorted(self._folder.glob("log-*.json")):
            facts = json.loads(path.read_text("utf-8"))
            found.append((str(facts["origin"]), int(facts.get("size", 0)), str(facts.get("at", ""))))
        return found

    def answer(self, text: str) -> str:
        """Signature lines for a request; what was signed is on the disk before. Raises ``Refused`` or ``NoteError``."""
        asked = parse_add(text)
        origin = read(parse(asked.checkpoint).text).origin
        with self._alone():
            facts = self._log(origin)
            if not facts:
                raise Refused("unknown")
            seen = Checkpoint(origin, int(facts["size"]), bytes.fromhex(facts["root"])) if "root" in facts else None
            refused = Refused("unknown")
            for vkey in facts["keys"]:
                try:
                    head, _ = self._witness.answer(asked, parse_vkey(vkey), seen, 0)
                except Refused as error:
                    refused = error if error.what != "unknown" else refused
                    continue
                moment = int(clock.now().timestamp())
                signature: Signature = cosign(
                    parse(asked.checkpoint).text, self._witness.name, self._witness.seed, moment
                )
                note = str(parse(asked.checkpoint).cosigned((signature,)))
                self._keep(
                    origin, {**facts, "size": head.size, "root": head.root.hex(), "at": clock.stamp(), "note": note}
                )
                return signature.line
            raise refused

    def head(self, origin: str) -> str:
        """The head that was signed last, for ``ledger verify --checkpoint``. Raises ``WitnessError``."""
        note = self._log(origin).get("note")
        if not note:
            raise WitnessError("nothing_signed", name=origin)
        return str(note)

    def _path(self, origin: str) -> Path:
        return self._folder / f"log-{origin.encode().hex()}.json"

    def _log(self, origin: str) -> dict[str, Any]:
        try:
            return dict(json.loads(self._path(origin).read_text("utf-8")))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise WitnessError("damaged", path=self._path(origin)) from None

    def _keep(self, origin: str, facts: dict[str, Any]) -> None:
        place(self._path(origin), json.dumps({**facts, "origin": origin}, ensure_ascii=False).encode(), over=True)

    @contextmanager
    def _alone(self):  # type: ignore[no-untyped-def]
        """Of two requests one waits: else the later one could be forgotten again. A lock that a crash left is told."""
        lock = self._folder / "lock"
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            raise WitnessError("busy", path=lock) from None
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                lock.unlink()


def begin(folder: Path, name: str) -> Desk:
    """Make a witness in ``folder``. Raises ``WitnessError`` where there is one or the name cannot be one."""
    if not name or "+" in name or any(c.isspace() for c in name):
        raise WitnessError("bad_name", name=name)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place(folder / "witness.json", json.dumps({"name": name, "key": secrets.token_bytes(32).hex()}).encode())
    except FileExistsError:
        raise WitnessError("desk_exists", path=folder) from None
    except OSError:
        raise WitnessError("cannot_write", path=folder) from None
    return Desk(folder)


def server(desk: Desk, host: str, port: int, told: Callable[[str], None]) -> HTTPServer:
    """The same over HTTP: ``POST /add-checkpoint`` (C2SP tlog-witness). One request after the other."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path.rstrip("/") != "/add-checkpoint" or not 0 < length <= _LARGEST:
                self._send(404 if length <= _LARGEST else 413, b"")
                return
            try:
                line = desk.answer(self.rfile.read(length).decode("utf-8"))
            except Refused as error:
                body = f"{error.seen}\n".encode() if error.what == "stale" else b""
                self._send(_ANSWERS[error.what], body, "text/x.tlog.size" if body else "text/plain")
            except (NoteError, ValueError):
                self._send(400, b"")
            except WitnessError:
                self._send(503, b"")
            else:
                self._send(200, line.encode())

        def _send(self, status: int, body: bytes, kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            told(f"{status}")

        def log_message(self, format: str, *args: Any) -> None:
            """Told by ``told`` instead."""

    return HTTPServer((host, port), Handler)
