"""The transparency log's formats: RFC 6962's own numbers, properties of proofs, and notes that are not what they seem."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.tlog import checkpoint, note, proof, tiles, tree
from scanner.tlog.hashing import EMPTY, leaf_hash, node_hash, root_of
from scanner.tlog.witness import Refused, Witness

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
LOG = note.Verifier("office.example/record", note.public_of(SEED))


def grown(size: int, start: int = 0) -> tuple[list[bytes], Callable[[int, int], bytes]]:
    """Leaf hashes and a reader of whole subtrees over them."""
    leaves = [leaf_hash(b"entry %d" % n) for n in range(start, start + size)]

    def at(level: int, number: int) -> bytes:
        part = leaves[number << level : (number + 1) << level]
        if len(part) != 1 << level:
            raise LookupError
        return root_of(part)

    return leaves, at


def head(size: int) -> note.Note:
    leaves, _ = grown(size)
    return checkpoint.Checkpoint(LOG.name, size, root_of(leaves)).signed(SEED)


def naive(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 as it stands there."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive(leaves[:k]), naive(leaves[k:]))


def test_known_roots() -> None:
    """Test data of the certificate transparency project."""
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(d)) for d in data]
    assert leaves[0].hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root_of([]) == EMPTY


@given(st.integers(0, 600))
def test_roots_from_leaves_subtrees_and_tiles(size: int) -> None:
    leaves, at = grown(size)
    stored = {0: leaves}
    while len(stored[max(stored)]) >= tiles.WIDTH:
        below = stored[max(stored)]
        whole = range(0, len(below) // tiles.WIDTH * tiles.WIDTH, tiles.WIDTH)
        stored[max(stored) + 1] = [tiles.tile_root(below[n : n + tiles.WIDTH]) for n in whole]
    from_tiles = tiles.from_tiles(lambda level, n: stored.get(level, [])[n * tiles.WIDTH : (n + 1) * tiles.WIDTH])
    assert naive(leaves) == root_of(leaves) == tree.root(size, at) == tree.root(size, from_tiles)
    assert sum(w for level, _, w in tiles.widths(size) if level == 0) == size


@given(st.integers(1, 600), st.data())
def test_inclusion(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves, at = grown(size)
    found, root = tree.inclusion(size, index, at), root_of(leaves)
    assert tree.included(index, size, leaves[index], found, root)
    assert len(found) <= (size - 1).bit_length()
    assert not tree.included(index, size, leaf_hash(b"another"), found, root)
    assert not tree.included(index, size, leaves[index], [*found, EMPTY], root)
    if found:
        assert not tree.included(index, size, leaves[index], found[:-1], root)
        assert not tree.included(index, size, leaves[index], [*found[:-1], EMPTY], root)


@given(st.integers(0, 600), st.integers(0, 600), st.data())
def test_consistency(one: int, two: int, data: st.DataObject) -> None:
    old, new = sorted((one, two))
    leaves, at = grown(new)
    found, old_root, new_root = tree.consistency(old, new, at), root_of(leaves[:old]), root_of(leaves)
    assert tree.consistent(old, new, found, old_root, new_root)
    assert not tree.consistent(old, new, [*found, EMPTY], old_root, new_root)
    if 0 < old < new:
        forked = list(leaves)
        forked[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another")
        assert not tree.consistent(old, new, found, root_of(forked[:old]), new_root)
        assert not tree.consistent(old, new, found, old_root, root_of(forked))
        assert not tree.consistent(old, new, found[:-1], old_root, new_root)


def test_proofs_outside_the_tree() -> None:
    _, at = grown(5)
    for index in (-1, 5):
        with pytest.raises(ValueError, match="no entry"):
            tree.inclusion(5, index, at)
        assert not tree.included(index, 5, EMPTY, [], EMPTY)
    with pytest.raises(ValueError, match="no tree"):
        tree.consistency(6, 5, at)
    assert not tree.consistent(6, 5, [], EMPTY, EMPTY)


@pytest.mark.parametrize(
    ("number", "width", "name"),
    [(0, 256, "000"), (5, 7, "005.p/7"), (1234067, 256, "x001/x234/067"), (1000, 1, "x001/000.p/1")],
)
def test_names_of_tiles(number: int, width: int, name: str) -> None:
    assert tiles.path(1, number, width) == f"tile/1/{name}"
    assert tiles.bundle_path(number, width) == f"tile/entries/{name}"


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles(entries: list[bytes]) -> None:
    packed = tiles.bundle(entries)
    assert list(tiles.unbundled(packed)) == entries
    for cut in {1, len(packed) - 1}:
        if 0 < cut < len(packed):
            try:
                assert list(tiles.unbundled(packed[:cut])) != entries
            except ValueError:
                pass


def test_what_is_too_long_or_too_wide() -> None:
    for wrong in (
        lambda: tiles.bundle([b"x" * 65536]),
        lambda: tiles.path(0, 0, 257),
        lambda: tiles.hashes_in(b"x" * 33),
        lambda: tiles.hashes_in(b""),
        lambda: tiles.tile_root([EMPTY]),
    ):
        with pytest.raises(ValueError, match=r"."):
            wrong()
    assert tiles.hashes_in(EMPTY * 2) == [EMPTY, EMPTY]


def test_keys_as_text() -> None:
    """The number and the key as Go's note package writes them."""
    peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert note.parse_vkey(peter).vkey == peter
    assert note.parse_vkey(LOG.vkey) == LOG
    assert note.parse_vkey(note.Verifier("w", LOG.public, note.COSIGNATURE).vkey).kind == note.COSIGNATURE
    for wrong in ("", "a", "a+b", "a b+00000000+AA==", peter.replace("c7", "c8"), peter[:-4] + "====", peter[:-4]):
        with pytest.raises(note.NoteError):
            note.parse_vkey(wrong)


def test_known_note() -> None:
    """A note signed elsewhere: the example of Go's note package."""
    text = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    peter = note.parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert note.parse(text).signed_by(peter) is not None
    assert str(note.parse(text)) == text
    with pytest.raises(note.NoteError):
        note.parse(text.replace("answer", "question")).signed_by(peter)


@given(st.integers(1, 50), st.randoms())
def test_a_changed_checkpoint_is_refused(size: int, rnd: random.Random) -> None:
    text = str(head(size))
    assert checkpoint.opened(text, LOG)[0].size == size
    at = rnd.randrange(len(text))
    changed = text[:at] + chr((ord(text[at]) + rnd.randrange(1, 60)) % 0x250) + text[at + 1 :]
    try:
        assert checkpoint.opened(changed, LOG)[0] == checkpoint.opened(text, LOG)[0]
        assert base64.b64decode(changed.split()[-1]) == base64.b64decode(text.split()[-1])  # spare bits of base64
    except (note.NoteError, ValueError):
        pass


@pytest.mark.parametrize(
    "text",
    ["o\n1\n", "o\n01\nAA==\n", "o\n-1\n" + "A" * 43 + "=\n", "\n1\n" + "A" * 43 + "=\n", "o\n1\n" + "A" * 40 + "\n",
     "o\n１\n" + "A" * 43 + "=\n", "o\n1\n" + "A" * 43 + "=", "o\n1\n!" + "A" * 42 + "=\n"],
)  # fmt: skip
def test_texts_that_are_no_checkpoint(text: str) -> None:
    with pytest.raises(note.NoteError):
        checkpoint.read(text)


@pytest.mark.parametrize(
    "text",
    ["", "a\n", "a\n\n", "a\n\n— b\n", "a\n\n— b AAAA", "a\n\nb AAAAAAAA\n", "a\n\n— b !\n", "a\t\n\n— b AAAAAAAA\n",
     "a\n\n" + "— b AAAAAAAA\n" * 65],
)  # fmt: skip
def test_texts_that_are_no_note(text: str) -> None:
    with pytest.raises(note.NoteError):
        note.parse(text)


def test_a_signature_of_somebody_else() -> None:
    text = head(3).text
    stranger = note.Note(text, (note.sign(text, LOG.name, OTHER),))
    with pytest.raises(note.NoteError, match="unknown"):
        checkpoint.opened(str(stranger), LOG)
    forged = note.Note(text, (note.Signature(LOG.name, LOG.key_id, note.sign(text, LOG.name, OTHER).signature),))
    with pytest.raises(note.NoteError, match="signature"):
        checkpoint.opened(str(forged), LOG)
    other_log = checkpoint.Checkpoint("another", 3, EMPTY)
    with pytest.raises(note.NoteError, match="unknown"):
        checkpoint.opened(str(note.Note(other_log.text, (note.sign(other_log.text, LOG.name, SEED),))), LOG)


@given(st.integers(1, 400), st.data())
def test_proofs_as_text(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    _, at = grown(size)
    made = proof.TlogProof(index, tuple(tree.inclusion(size, index, at)), str(head(size)))
    assert proof.parse_proof(str(made)) == made
    assert made.holds(b"entry %d" % index, LOG)
    assert not made.holds(b"entry x", LOG)
    assert not made.holds(b"entry %d" % index, note.Verifier(LOG.name, note.public_of(OTHER)))
    extra = str(made).replace("@v1\n", "@v1\nextra AAAA\n", 1)
    assert proof.parse_proof(extra) == made


def test_a_proof_at_ten_million_is_small() -> None:
    """Log2 of the size in lines, so below two kilobytes with the checkpoint."""
    hashes = tuple([EMPTY] * (10**7 - 1).bit_length())
    cosigned = head(5).cosigned(tuple(note.cosign(head(5).text, f"w{n}", OTHER, 1) for n in range(2)))
    assert len(str(proof.TlogProof(9_999_999, hashes, str(cosigned))).encode()) < 2048


@pytest.mark.parametrize(
    "text", ["", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex 01\n\nx", "x\nindex 1\n\n"]
)
def test_texts_that_are_no_proof(text: str) -> None:
    with pytest.raises(note.NoteError):
        proof.parse_proof(text)


class TestWitness:
    """A witness signs only what goes on from what it saw."""

    witness = Witness("witness.example/city", OTHER)

    def ask(
        self,
        old: int,
        new: int,
        seen: checkpoint.Checkpoint | None = None,
        at: Callable[[int, int], bytes] | None = None,
        signed: note.Note | None = None,
    ) -> tuple[checkpoint.Checkpoint, note.Signature]:
        _, reader = grown(max(new, old))
        hashes = tuple(tree.consistency(old, new, at or reader)) if old else ()
        return self.witness.answer(proof.AddCheckpoint(old, hashes, str(signed or head(new))), LOG, seen, 1_800_000_000)

    def test_it_goes_on(self) -> None:
        seen, signature = self.ask(0, 5)
        assert seen.size == 5
        verifier = note.Verifier("witness.example/city", note.public_of(OTHER), note.COSIGNATURE)
        cosigned = head(5).cosigned((signature,))
        found = note.parse(str(cosigned)).signed_by(verifier)
        assert found is not None
        assert found.time == 1_800_000_000
        assert checkpoint.opened(str(cosigned), LOG)[0].size == 5
        assert self.ask(5, 300, seen)[0].size == 300
        assert self.ask(5, 5, seen)[0].size == 5
        asked = proof.AddCheckpoint(5, (EMPTY,), str(cosigned))
        assert proof.parse_add(str(asked)) == asked

    def test_what_is_refused(self) -> None:
        seen = self.ask(0, 5)[0]
        with pytest.raises(Refused, match="stale"):
            self.ask(4, 9, seen)
        with pytest.raises(Refused, match="fork"):
            self.ask(5, 9, checkpoint.Checkpoint(LOG.name, 5, EMPTY))
        other = checkpoint.Checkpoint(LOG.name, 5, EMPTY)
        with pytest.raises(Refused, match="fork"):
            self.ask(5, 5, seen, signed=other.signed(SEED))
        with pytest.raises(Refused, match="unknown"):
            self.ask(0, 5, signed=note.Note(head(5).text, (note.sign(head(5).text, LOG.name, OTHER),)))
        with pytest.raises(Refused, match="fork"):
            self.witness.answer(proof.AddCheckpoint(0, (EMPTY,), str(head(5))), LOG, None, 1)
