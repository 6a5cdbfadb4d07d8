"""Invented packs with a log of their own, and everything that somebody may do to one."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from scanner.report.pack.sealing import About, Member, sealed
from scanner.report.pack.verifier import checking, container
from scanner.tlog import tree
from scanner.tlog.checkpoint import Checkpoint
from scanner.tlog.hashing import leaf_hash, node_hash
from scanner.tlog.note import Verifier, public_of

NAME, SEED = "sekisho.example/office-1", bytes(range(32))
VKEY = Verifier(NAME, public_of(SEED)).vkey
OTHER_SEED = bytes(range(1, 33))
SIZE, CITED, EARLIER = 21, (3, 8, 20), 13
"""Entries of the log, numbers of those that forms cite, and size at a checkpoint that was handed over."""

Files = dict[str, bytes]


def leaf(number: int) -> str:
    """An entry as it stands in the log."""
    return checking.canonical(
        [checking.RECORD, number, "2026-11-30T01:00:00Z", "point_opened", "A", "R-1", "PC-1", "clerk", f"{number:064x}"]
    )


def hashes(count: int) -> tree.Hashes:
    """The subtrees of a log of that many entries; entry 1 is leaf 0."""

    @cache
    def at(level: int, n: int) -> bytes:
        if (n + 1) << level > count:
            raise LookupError(level, n)
        return (
            leaf_hash(leaf(n + 1).encode()) if level == 0 else node_hash(at(level - 1, 2 * n), at(level - 1, 2 * n + 1))
        )

    return at


def checkpoint(size: int, seed: bytes = SEED) -> str:
    """The signed head of the log at that size."""
    return str(Checkpoint(NAME, size, tree.root(size, hashes(size))).signed(seed))


def _coded(proof: list[bytes]) -> list[str]:
    return [base64.b64encode(p).decode() for p in proof]


def _lines(entries: Iterable[Mapping[str, object]]) -> bytes:
    return "".join(checking.canonical(e) + "\n" for e in entries).encode()


def entries(numbers: tuple[int, ...] = CITED) -> list[dict[str, object]]:
    """Proofs of entries."""
    return [
        {"entry": n, "index": n - 1, "leaf": leaf(n), "proof": _coded(tree.inclusion(SIZE, n - 1, hashes(SIZE)))}
        for n in numbers
    ]


def members() -> list[Member]:
    """What lies in the pack."""
    return [
        Member("README.txt", "資料一式\n".encode(), "はじめに"),
        Member("forms/2.xlsx", b"PK\3\4 the record", "取扱記録簿"),
        Member("forms/18.xlsx", b"PK\3\4 the points", "不適合・是正管理簿"),
        Member("empty.csv", b"", "空の表"),
        Member(checking.CITATIONS, _lines([{"path": "forms/18.xlsx", "entries": list(CITED)}]), "引用"),
        Member(checking.ENTRIES, _lines(entries()), "記録の証明"),
        Member(checking.LINKS, _lines([{"size": EARLIER, "proof": _coded(tree.consistency(EARLIER, SIZE, hashes(SIZE)))}]), "続きの証明"),
    ]  # fmt: skip


ABOUT = About(
    "実地調査資料一式", "架空データ株式会社", (("A", "住民意向調査 \"集計\"", "架空市"),), "2026-11-30",
    "2026-11-30T01:00:00Z", "0.1.0", checkpoint(SIZE),
)  # fmt: skip


def pack(changed: dict[str, bytes] | None = None, about: About = ABOUT, seed: bytes = SEED) -> Files:
    """A pack that holds, signed with ``seed``; some of its files with other contents."""
    return dict(sealed([replace(m, data=(changed or {}).get(m.path, m.data)) for m in members()], about, NAME, seed))


def pack_after_a_chain() -> Files:
    """A pack of a record whose tree begins with entry ``3``: forms cite entries before it too."""
    size = 2

    def at(level: int, n: int) -> bytes:
        if level:
            return node_hash(at(level - 1, 2 * n), at(level - 1, 2 * n + 1))
        return leaf_hash(leaf(n + 3).encode())

    head = str(Checkpoint(NAME, size, tree.root(size, at)).signed(SEED))
    proved = [
        {"entry": n, "index": n - 3, "leaf": leaf(n), "proof": _coded(tree.inclusion(size, n - 3, at))} for n in (3, 4)
    ]
    cited = _lines([{"path": "forms/18.xlsx", "entries": [1, 2, 4]}])
    changed = {checking.ENTRIES: _lines([*proved, proved[0]]), checking.CITATIONS: cited, checking.LINKS: b""}
    return pack(changed, replace(ABOUT, checkpoint=head))


def zip_of(files: Files) -> bytes:
    """As the program writes it."""
    return b"".join(container.zipped(iter(sorted(files.items()))))


def loose_zip(files: list[tuple[bytes, bytes]], *, method: int = 0) -> bytes:
    """A zip that any program could have written: names and order as given."""
    out, index = b"", b""
    for name, data in files:
        crc, body = zlib.crc32(data), zlib.compress(data, 9)[2:-4] if method else data
        sizes = (crc, len(body), len(data), len(name))
        index += (
            struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 10, 10, 0, method, 0, 0x21, *sizes, 0, 0, 0, 0, 0, len(out))
            + name
        )
        out += struct.pack("<IHHHHHIIIHH", 0x04034B50, 10, 0, method, 0, 0x21, *sizes, 0) + name + body
    return out + index + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(files), len(files), len(index), len(out), 0)


@dataclass(frozen=True)
class Attempt:
    """One thing that somebody did, and what of it has to be said."""

    name: str
    code: str
    """The reason that must be among those given; empty where any will do."""
    files: Files | None = None
    zip: bytes | None = None
    key: str = VKEY
    earlier: bytes = b""


def attempts() -> Iterator[Attempt]:
    """Every kind of change, each a single one."""
    whole = pack()
    yield from _files(whole)
    yield from _manifests(whole)
    yield from _evidence()
    yield from _zips(whole)
    yield from _handed(whole)


def _files(whole: Files) -> Iterator[Attempt]:
    for name, data in whole.items():
        mine = name == checking.MANIFEST
        yield Attempt(
            f"delete {name}", "manifest_missing" if mine else "missing", {k: v for k, v in whole.items() if k != name}
        )
        yield Attempt(
            f"rename {name}",
            "manifest_missing" if mine else "extra",
            {(k + "x" if k == name else k): v for k, v in whole.items()},
        )
        yield Attempt(f"append to {name}", "manifest_form" if mine else "changed", {**whole, name: data + b"\0"})
        if data:
            yield Attempt(f"change {name}", "" if mine else "changed", {**whole, name: bytes([data[0] ^ 1]) + data[1:]})
            yield Attempt(f"cut {name}", "manifest_form" if mine else "changed", {**whole, name: data[:-1]})
            yield Attempt(f"empty {name}", "manifest_form" if mine else "changed", {**whole, name: b""})
    yield Attempt("add a file", "extra", {**whole, "forms/19.xlsx": b"more"})
    yield Attempt("add a hidden file", "extra", {**whole, ".DS_Store": b"more"})
    yield Attempt("add a second manifest", "extra", {**whole, "forms/manifest.note": whole[checking.MANIFEST]})
    swapped = {**whole, "forms/2.xlsx": whole["forms/18.xlsx"], "forms/18.xlsx": whole["forms/2.xlsx"]}
    yield Attempt("swap two files", "changed", swapped)


def _manifests(whole: Files) -> Iterator[Attempt]:
    text = whole[checking.MANIFEST].decode()

    def with_text(name: str, code: str, changed: str) -> Attempt:
        assert changed != text, name
        return Attempt(f"manifest: {name}", code, {**whole, checking.MANIFEST: changed.encode()})

    body, _, under = text.rpartition("\n\n")
    head, line = body.split("\n")
    signature = under.split(" ")[2].strip()
    raw = base64.b64decode(signature)
    order = 2**252 + 27742317777372353535851937790883648493
    more = (int.from_bytes(raw[36:], "little") + order).to_bytes(32, "little")

    def again(coded: bytes) -> str:
        return text.replace(signature, base64.b64encode(coded).decode())

    yield with_text("the day", "manifest_signature", text.replace("2026-11-30", "2026-11-29", 1))
    yield with_text("the contractor", "manifest_signature", text.replace("架空データ", "別データ"))
    yield with_text("the contract", "manifest_signature", text.replace("架空市", "架空町"))
    yield with_text("a title", "manifest_signature", text.replace("はじめに", "おわりに"))
    yield with_text("the head", "manifest_form", text.replace(head, "sekisho pack v2"))
    yield with_text("spaces", "manifest_form", text.replace('","', '", "', 1))
    yield with_text("another spelling", "manifest_form", text.replace("0.1.0", "0.1.\\u0030"))
    yield with_text("a number as text", "manifest_form", text.replace('"size":0', '"size":"0"'))
    yield with_text("a fraction", "manifest_form", text.replace('"size":0', '"size":0.0'))
    yield with_text("a further field", "manifest_form", text.replace('{"checkpoint"', '{"also":"","checkpoint"'))
    yield with_text("no signature", "manifest_form", body + "\n\n")
    yield with_text("a further signature", "manifest_form", text + under)
    yield with_text("a foreign signature", "manifest_form", text + under.replace(NAME, "x"))
    yield with_text("signed by another name", "manifest_signature", text.replace(under, under.replace(NAME, "x")))
    yield with_text("line ends", "manifest_form", text.replace("\n", "\r\n"))
    yield with_text("a mark at its head", "manifest_form", "\ufeff" + text)
    yield with_text("a signature of s + L", "manifest_signature", again(raw[:36] + more))
    yield with_text("a signature cut", "manifest_signature", again(raw[:-1]))
    yield with_text("a longer signature", "manifest_signature", again(raw + b"\0"))
    yield with_text("base64 not in its one spelling", "manifest_form", text.replace(signature, _respelt(signature)))
    for bit in range(0, len(raw) * 8, 29):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        yield with_text(f"bit {bit} of the signature", "manifest_signature", again(bytes(flipped)))
    yield Attempt("manifest: not text", "manifest_form", {**whole, checking.MANIFEST: b"\xff" + text.encode()})
    yield Attempt("signed by somebody else", "key", pack(seed=OTHER_SEED))
    deep = f"{head}\n" + '{"files":' + "[" * 100_000 + "]" * 100_000 + "}\n\n" + under
    yield with_text("as deep as a well", "manifest_form", deep)
    manifest = json.loads(line)
    for name in manifest:
        lacking = checking.canonical({k: v for k, v in manifest.items() if k != name})
        yield with_text(f"without {name}", "manifest_form", text.replace(line, lacking))
        yield with_text(
            f"{name} of another kind", "manifest_form", text.replace(line, checking.canonical({**manifest, name: 5}))
        )


def _respelt(coded: str) -> str:
    """The same bytes in other letters: the bits behind the last byte are not nought."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    stem = coded.rstrip("=")
    return stem[:-1] + letters[letters.index(stem[-1]) ^ 1] + coded[len(stem) :]


def _evidence() -> Iterator[Attempt]:
    """Packs that are signed as they are, with evidence that proves nothing."""

    def with_entries(name: str, code: str, change: Callable[[list[dict[str, object]]], object]) -> Attempt:
        changed = entries()
        change(changed)
        return Attempt(f"evidence: {name}", code, pack({checking.ENTRIES: _lines(changed)}))

    def proof(entry: dict[str, object]) -> list[str]:
        found = entry["proof"]
        assert isinstance(found, list)
        return found

    yield with_entries("an entry left out", "not_proved", lambda e: e.pop())
    yield with_entries("an edited entry", "proof", lambda e: e[0].update(leaf=leaf(3).replace("opened", "closed")))
    yield with_entries("another entry's number", "evidence", lambda e: e[0].update(entry=4))
    yield with_entries("another place", "proof", lambda e: e.__setitem__(slice(None), [{**e[0], "index": 1}]))
    yield with_entries("beyond the tree", "proof", lambda e: e.__setitem__(slice(None), [{**e[0], "index": SIZE}]))
    yield with_entries("a place below nought", "evidence", lambda e: e[0].update(index=-1))
    yield with_entries("a proof cut", "proof", lambda e: proof(e[1]).pop())
    yield with_entries("a proof too long", "proof", lambda e: proof(e[1]).append(proof(e[1])[0]))
    yield with_entries("a proof swapped", "proof", lambda e: proof(e[1]).reverse())
    yield with_entries("the same as before, further on", "evidence", lambda e: e[2].update(index=SIZE - 1))
    yield with_entries("another's proof", "proof", lambda e: e[1].update(proof=e[0]["proof"]))
    yield with_entries("a hash cut", "proof", lambda e: proof(e[1]).__setitem__(0, "AAAA"))
    yield with_entries("no base64", "evidence", lambda e: proof(e[1]).__setitem__(0, "***"))
    yield with_entries("said not to be chained", "evidence", lambda e: e[0].update(leaf="", chained=False))
    yield with_entries("no leaf", "evidence", lambda e: e[0].pop("leaf"))
    yield with_entries("no proof", "evidence", lambda e: e[0].pop("proof"))
    yield with_entries("a leaf that is none", "evidence", lambda e: e[0].update(leaf="[]"))
    yield with_entries("a leaf that is an object", "evidence", lambda e: e[0].update(leaf="{}"))
    yield with_entries("a leaf that is a number", "evidence", lambda e: e[0].update(leaf="3"))
    yield with_entries("a leaf of another kind", "evidence", lambda e: e[0].update(leaf=leaf(3).replace("/1", "/2")))
    yield with_entries("a number as a fraction", "evidence", lambda e: e[0].update(index=2.0))
    good = _lines(entries())
    yield Attempt("evidence: a line cut", "evidence", pack({checking.ENTRIES: good[:-9]}))
    yield Attempt("evidence: no JSON", "evidence", pack({checking.ENTRIES: b"x\n" + good}))
    yield Attempt("evidence: a line that is a list", "evidence", pack({checking.ENTRIES: b"[]\n" + good}))
    yield Attempt("evidence: not text", "evidence", pack({checking.ENTRIES: b"\xff\n" + good}))
    yield Attempt("evidence: none", "not_proved", pack({checking.ENTRIES: b""}))
    misquoted: dict[str, dict[str, object]] = {
        "of no file": {"path": "forms/99.xlsx", "entries": [3]},
        "of an entry that is not proved": {"path": "forms/2.xlsx", "entries": [5]},
        "of no number": {"path": "forms/2.xlsx", "entries": ["3"]},
        "without entries": {"path": "forms/2.xlsx"},
    }
    for name, line in misquoted.items():
        code = "not_proved" if "proved" in name else "evidence"
        yield Attempt(f"citation {name}", code, pack({checking.CITATIONS: _lines([line])}))
    for name, code, other in (
        ("of a smaller tree", "proof", checkpoint(EARLIER)),
        ("signed by somebody else", "checkpoint_signature", checkpoint(SIZE, OTHER_SEED)),
        ("not signed", "checkpoint_form", checkpoint(SIZE).partition("\n\n")[0] + "\n"),
        ("with a leading nought", "checkpoint_form", checkpoint(SIZE).replace(f"\n{SIZE}\n", f"\n0{SIZE}\n")),
        ("with another size", "checkpoint_signature", checkpoint(SIZE).replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n")),
        ("that is empty", "checkpoint_form", ""),
    ):
        yield Attempt(f"a checkpoint {name}", code, pack(about=replace(ABOUT, checkpoint=other)))


def _zips(whole: Files) -> Iterator[Attempt]:
    good, ordered = zip_of(whole), sorted((k.encode(), v) for k, v in whole.items())
    assert loose_zip(ordered) == good
    for cut in (0, 1, 21, 22, len(good) // 3, len(good) // 2, len(good) - 23, len(good) - 1):
        yield Attempt(f"zip cut at {cut}", "zip", zip=good[:cut])
    yield Attempt("zip with something before it", "zip", zip=b"\0" + good)
    yield Attempt("zip with something behind it", "zip", zip=good + b"\0")
    yield Attempt("zip with a comment", "zip", zip=good[:-2] + b"\1\0x")
    yield Attempt("zip packed again", "zip", zip=loose_zip(ordered, method=8))
    yield Attempt("zip in another order", "zip", zip=loose_zip(ordered[::-1]))
    yield Attempt("zip with a folder", "name", zip=loose_zip(sorted([*ordered, (b"forms/", b"")])))
    for name in ("../x", "/x", "forms/../x", "C:x", "a\\b", "./x", "x\0y", "x ", "テ", "a//b", "aux:", ".x"):
        yield Attempt(f"zip with the name {name!r}", "name", zip=loose_zip(sorted([*ordered, (name.encode(), b"")])))
    for name in ("README.txt", "readme.TXT"):
        twice = sorted([*ordered, (name.encode(), whole["README.txt"])])
        yield Attempt(f"zip with {name} twice", "twice", zip=loose_zip(twice))
    yield Attempt("zip of nothing", "manifest_missing", zip=loose_zip([]))


def _handed(whole: Files) -> Iterator[Attempt]:
    other = Verifier(NAME, public_of(OTHER_SEED)).vkey
    named = Verifier("another.example", public_of(SEED)).vkey
    yield Attempt("another key was handed over", "key", whole, key=other)
    yield Attempt("a key of another name was handed over", "key", whole, key=named)
    yield Attempt("another fingerprint was handed over", "key", whole, key="00 " * 32)
    yield Attempt("half a key was handed over", "handed_form", whole, key=VKEY[:-4])
    yield Attempt("half a fingerprint was handed over", "handed_form", whole, key="00" * 31)
    yield Attempt("a key with another number", "handed_form", whole, key=VKEY.replace("+", "+0", 1))
    for name, code, text in (
        ("of a later record", "handed_newer", str(Checkpoint(NAME, SIZE + 1, bytes(32)).signed(SEED))),
        ("of another record", "handed_differs", str(Checkpoint(NAME, SIZE, bytes(32)).signed(SEED))),
        ("of another beginning", "handed_differs", str(Checkpoint(NAME, EARLIER, bytes(32)).signed(SEED))),
        ("of another log", "handed_signature", str(Checkpoint("x", EARLIER, bytes(32)).signed(SEED))),
        ("that nothing leads on from", "handed_unlinked", checkpoint(EARLIER - 1)),
        ("signed by somebody else", "handed_signature", checkpoint(EARLIER, OTHER_SEED)),
        ("that is none", "handed_form", "x\n"),
    ):
        yield Attempt(f"a checkpoint {name} was handed over", code, whole, earlier=text.encode())
