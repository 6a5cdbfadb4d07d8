"""What makes a pack one signed whole: a manifest with every file, a checkpoint of the record, a proof for every cited entry.

Part of the verification program that goes with a pack (``joined``): no imports but the standard library of Python 3.8.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from scanner.report.pack.verifier.container import NAME, Differs
from scanner.report.pack.verifier.notes import MOST, Key, b64, checkpoint, fingerprint, key, note, signed
from scanner.report.pack.verifier.proofs import consistent, included

HEAD = "sekisho pack v1"
RECORD = "sekisho-record/1"
"""First field of an entry of the record; the second is its number."""
MANIFEST = "manifest.note"
CITATIONS = "evidence/citations.jsonl"
ENTRIES = "evidence/entries.jsonl"
LINKS = "evidence/consistency.jsonl"
FIELDS = ["checkpoint", "contractor", "contracts", "day", "files", "key", "made", "title", "version"]


class Result(NamedTuple):
    """What was found."""

    reasons: list[tuple[str, str]]
    """What does not agree: code of a sentence, and the name it is about."""
    manifest: dict[str, Any]
    """Only where its signature holds."""
    handed: bool
    """Whether the key was handed over, not taken from the pack."""
    entries: int
    """Entries of the record that are proved."""
    older: int
    """Entries cited that are older than the tree: it has the head of their chain as a whole, none has a proof of its own."""


def verify(files: dict[str, Callable[[], bytes]], handed: str = "", earlier: bytes = b"") -> Result:
    """Everything of a pack. ``handed``: key or fingerprint; ``earlier``: a checkpoint that was handed over."""
    try:
        by, manifest = _manifest(files, handed)
    except Differs as refused:
        return Result([(refused.code, refused.name)], {}, bool(handed), 0, 0)
    listed = {f["path"]: f for f in manifest["files"]}
    reasons = [("missing", name) for name in sorted(set(listed) - set(files))]
    reasons += [("extra", name) for name in sorted(set(files) - set(listed) - {MANIFEST})]
    for name in sorted(set(listed) & set(files)):
        data = files[name]()
        if (len(data), hashlib.sha256(data).hexdigest()) != (listed[name]["size"], listed[name]["sha256"]):
            reasons.append(("changed", name))
    proved: set[int] = set()
    older: set[int] = set()
    try:
        tree = _checkpoint(manifest["checkpoint"].encode(), by, "checkpoint")
        if earlier:
            _continues(files, _checkpoint(earlier, by, "handed"), tree)
        proved, first = _entries(files, tree)
        for name, number in _cited(files, listed):
            if number < first:
                older.add(number)
            elif number not in proved:
                reasons.append(("not_proved", f"{name} {number}"))
    except Differs as refused:
        reasons.append((refused.code, refused.name))
    return Result(reasons, manifest, bool(handed), len(proved), len(older))


def canonical(value: object) -> str:
    """JSON in its only spelling: names in order, no spaces, nothing escaped that need not be."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parsed(text: str) -> Any:
    """JSON in that spelling and no other; raises ``ValueError``."""
    try:
        found = json.loads(text)
        if canonical(found) != text:
            raise ValueError("not canonical")
    except RecursionError:
        raise ValueError("too deep") from None
    return found


def _manifest(files: dict[str, Callable[[], bytes]], handed: str) -> tuple[Key, dict[str, Any]]:
    if MANIFEST not in files:
        raise Differs("manifest_missing", MANIFEST)
    try:
        text, signatures = note(files[MANIFEST]())
        head, line = text[:-1].split("\n")
        found = parsed(line)
        if head != HEAD or len(signatures) != 1 or not _shaped(found):
            raise ValueError("not a manifest")
        own = key(found["key"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Differs("manifest_form", MANIFEST) from None
    printed = re.sub(r"[\s:-]", "", handed).lower()
    if re.fullmatch("[0-9a-f]{64}", printed):
        if printed != fingerprint(found["key"]):
            raise Differs("key", fingerprint(found["key"]))
    elif handed:
        try:
            same = key(handed.strip()) == own
        except ValueError:
            raise Differs("handed_form") from None
        if not same:
            raise Differs("key", fingerprint(found["key"]))
    if not signed(text, signatures, own):
        raise Differs("manifest_signature", MANIFEST)
    return own, found


def _shaped(found: Any) -> bool:
    """Whether a manifest has its fields, and each file a name of its own, size, digest and title."""
    names = [f["path"] for f in found["files"]]
    texts = [found[n] for n in FIELDS if n not in ("files", "contracts")]
    texts += [v for entry in (*found["contracts"], *found["files"]) for n, v in entry.items() if n != "size"]
    return (
        sorted(found) == FIELDS
        and all(isinstance(text, str) for text in texts)
        and all(sorted(c) == ["entruster", "id", "title"] for c in found["contracts"])
        and all(sorted(f) == ["path", "sha256", "size", "title"] for f in found["files"])
        and all(_counts(f["size"]) for f in found["files"])
        and all(re.fullmatch("[0-9a-f]{64}", f["sha256"]) for f in found["files"])
        and all(NAME.fullmatch(n) and n != MANIFEST for n in names)
        and len({n.lower() for n in names}) == len(names)
        and sorted(names) == names
    )


def _checkpoint(data: bytes, by: Key, whose: str) -> tuple[str, int, bytes]:
    try:
        text, signatures = note(data)
        found = checkpoint(text)
    except ValueError:
        raise Differs(f"{whose}_form") from None
    if not signed(text, signatures, by):
        raise Differs(f"{whose}_signature")
    return found


def _lines(files: dict[str, Callable[[], bytes]], name: str) -> Iterator[tuple[str, Any]]:
    """The lines of a file of evidence with their places."""
    if name not in files:
        raise Differs("evidence", name)
    try:
        *lines, end = files[name]().decode("utf-8").split("\n")
    except ValueError:
        raise Differs("evidence", name) from None
    if end:
        raise Differs("evidence", name)
    for number, line in enumerate(lines, 1):
        try:
            yield f"{name}:{number}", parsed(line)
        except ValueError:
            raise Differs("evidence", f"{name}:{number}") from None


def _continues(
    files: dict[str, Callable[[], bytes]], earlier: tuple[str, int, bytes], tree: tuple[str, int, bytes]
) -> None:
    """Raises ``Differs`` unless the record goes on from a checkpoint that was handed over."""
    if earlier[0] != tree[0]:
        raise Differs("handed_differs")
    if earlier[1] > tree[1]:
        raise Differs("handed_newer")
    if earlier[1] in (0, tree[1]):
        if earlier[1] and earlier[2] != tree[2]:
            raise Differs("handed_differs")
        return
    for place, link in _lines(files, LINKS):
        try:
            if link["size"] == earlier[1]:
                if consistent(earlier[1], earlier[2], tree[1], tree[2], [b64(p) for p in link["proof"]]):
                    return
                raise Differs("handed_differs")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Differs("evidence", place) from None
    raise Differs("handed_unlinked")


def _entries(files: dict[str, Callable[[], bytes]], tree: tuple[str, int, bytes]) -> tuple[set[int], int]:
    """Numbers of the entries that are in the record as the checkpoint has it, and the number of the tree's first entry."""
    proved: set[int] = set()
    first = 0
    for place, entry in _lines(files, ENTRIES):
        try:
            number, index, leaf = entry["entry"], entry["index"], entry["leaf"].encode("utf-8")
            proof = [b64(p) for p in entry["proof"]]
            if not (_counts(number) and _counts(index) and parsed(entry["leaf"])[:2] == [RECORD, number]):
                raise ValueError("not an entry")
            if proved and number - index != first:
                raise ValueError("numbers and places do not go together")
            first = number - index
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Differs("evidence", place) from None
        if not included(leaf, index, tree[1], proof, tree[2]):
            raise Differs("proof", f"{place} ({number})")
        proved.add(number)
    return proved, first


def _counts(value: object) -> bool:
    return type(value) is int and 0 <= value < MOST


def _cited(files: dict[str, Callable[[], bytes]], listed: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """File and number of every entry that a form cites."""
    for place, form in _lines(files, CITATIONS):
        try:
            name, numbers = form["path"], form["entries"]
            if name not in listed or not all(map(_counts, numbers)):
                raise ValueError("not a citation")
        except (ValueError, KeyError, TypeError):
            raise Differs("evidence", place) from None
        for number in numbers:
            yield name, number
