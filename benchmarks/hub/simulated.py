"""Terminals without an inventory: a key and two counters each, so that thousands fit into one process. What they say is the real protocol."""

from __future__ import annotations

import secrets
import time

import orjson

from scanner.agent import client
from scanner.fleet import envelope, frame, keys, token
from scanner.tlog.note import public_of

FILES = 20
"""Files with findings and a point each in a batch, as a day of changes is."""
MOMENT = "2026-11-30T00:00:00Z"


class Simulated:
    """One of them."""

    def __init__(self, number: int, hub: str, address: client.Address) -> None:
        """``hub``: its vkey."""
        self._seed = secrets.token_bytes(32)
        self._name = f"PC-{number:06}"
        self._hub, self._address = hub, address
        self._call = self._number = 0
        self._id, self._digest = "", bytes(32)

    def enrol(self, given: token.Token) -> float:
        """Be taken in; seconds that it took."""
        said = {
            "token": given.id,
            "secret": given.secret,
            "name": self._name,
            "key": public_of(self._seed).hex(),
            "record": "",
            "version": "load",
        }
        proof = keys.sign(self._seed, token.DOMAIN, orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hex()
        began = time.monotonic()
        answer = client.post(self._address, "/v1/enrol", orjson.dumps({"said": said, "proof": proof}))
        self._id = str(answer["terminal"])
        return time.monotonic() - began

    def converse(self) -> float:
        """Greet the hub and send a batch over one connection; seconds from sending the batch to its acceptance."""
        line = client.Line(self._address)
        try:
            said = {"version": "load", "number": self._number, "digest": self._digest.hex()}
            hello = self._post("/v1/hello", orjson.dumps(said), line)
            if hello["number"] > self._number:  # it took one whose answer did not come
                self._number, self._digest = int(hello["number"]), bytes.fromhex(str(hello["digest"]))
            return self.send(line)
        finally:
            line.close()

    def send(self, line: client.Line | None = None) -> float:
        """A batch; seconds that it took."""
        packed = frame.pack(self._seed, self._batch())
        began = time.monotonic()
        self._post("/v1/batch", packed, line)
        took = time.monotonic() - began
        self._number, self._digest = self._number + 1, frame.digest(packed)
        return took

    def _post(self, path: str, body: bytes, line: client.Line | None) -> dict[str, object]:
        self._call += 1
        headers = envelope.headers(self._seed, self._hub, path, self._id, self._call, body)
        return client.post(self._address, path, body, headers, line)

    def _batch(self) -> bytes:
        said = {
            "v": 1,
            "terminal": self._id,
            "number": self._number + 1,
            "since": self._number,
            "before": self._digest.hex(),
            "made": MOMENT,
            "rows": rows(self._number * FILES),
        }
        return orjson.dumps(said)


def rows(first: int) -> dict[str, list[dict[str, object]]]:
    numbers = range(first, first + FILES)
    none = dict.fromkeys(("reason", "contract", "rule", "consent", "gone"))
    return {
        "contents": [
            {
                "id": n,
                "rule_set": "r/balanced",
                "media_type": "text/csv",
                "reason": None,
                "read": 1,
                "persons_min": 1,
                "persons_max": 9,
            }
            | {"examined": MOMENT, "rows": 9, "modulus": 1}
            for n in numbers
        ],
        "findings": [
            {
                "id": n,
                "content_id": n,
                "entity": "PERSON",
                "count": 9,
                "score": 0.9,
                "check": None,
                "shape": "漢字2+漢字2",
                "category": "",
                "about": "person",
            }
            for n in numbers
        ],
        "files": [
            {
                "id": n,
                "path": f"▒▒▒▒.csv [{n:016x}]",
                "size": 900,
                "mtime_ns": 1,
                "rule_set": "r",
                "content_id": n,
                "outcome": "examined",
            }
            | {"verdict": "outside", "ground": "fixed", "first_seen": MOMENT}
            | none
            for n in numbers
        ],
        "points": [
            {
                "id": n,
                "code": "F03-OUTSIDE",
                "file_id": n,
                "state": "open",
                "opened": MOMENT,
                "closed": None,
                "family": "",
                "working": None,
            }
            | {
                "closed_why": None,
                "subject": "",
                "contract": "",
                "contracts": [],
                "stage": "new",
                "due": "2027-01-01",
                "depth": "",
                "gap": "",
            }
            for n in numbers
        ],
    }
