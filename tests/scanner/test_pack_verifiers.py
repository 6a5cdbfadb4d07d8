"""The two verifiers of a pack: what they accept, and that any single change is refused by both with the same reasons."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from scanner.messages import LANGUAGES
from scanner.report.pack.verifier import checking, container, curve, joined, notes, proofs, telling
from scanner.tlog import tree
from scanner.tlog.note import Verifier
from tests.conftest import Sekisho, needed
from tests.scanner import packs
from tests.scanner.packs import VKEY, Attempt, Files

RFC_8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
]  # fmt: skip
"""Section 7.1: key, message, signature."""
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
C2SP_NOTE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def signatures() -> Iterator[tuple[str, bool, bytes, bytes, bytes]]:
    """Name, whether it holds, key, message, signature."""
    small = [(1).to_bytes(32, "little"), (PRIME - 1).to_bytes(32, "little"), bytes(32), bytes(31) + b"\x80"]
    far = [(PRIME + n).to_bytes(32, "little") for n in range(19)]
    for number, vector in enumerate(RFC_8032, 1):
        key, message, signature = map(bytes.fromhex, vector)
        s = int.from_bytes(signature[32:], "little")
        yield f"rfc {number}", True, key, message, signature
        yield f"rfc {number}, s + L", False, key, message, signature[:32] + (s + ORDER).to_bytes(32, "little")
        yield f"rfc {number}, another message", False, key, message + b"\0", signature
        yield (
            f"rfc {number}, another sign of R",
            False,
            key,
            message,
            signature[:31] + bytes([signature[31] ^ 0x80]) + signature[32:],
        )
        yield f"rfc {number}, another sign of A", False, key[:31] + bytes([key[31] ^ 0x80]), message, signature
        yield f"rfc {number}, cut", False, key, message, signature[:-1]
        yield f"rfc {number}, key cut", False, key[:-1], message, signature
    for number, point in enumerate([*small, *far]):  # such keys would let one signature hold for every text
        yield f"weak key {number}", False, point, b"x", (1).to_bytes(32, "little") + bytes(32)
        yield f"weak R {number}", False, bytes.fromhex(RFC_8032[0][0]), b"x", point + bytes(32)


@pytest.mark.parametrize("case", list(signatures()), ids=lambda c: c[0])
def test_signatures_of_the_standard_hold_and_nothing_near_them(case: tuple[str, bool, bytes, bytes, bytes]) -> None:
    _, holds, key, message, signature = case
    assert curve.ed25519(key, message, signature) is holds


def test_signatures_agree_with_another_library() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    chance = random.Random(7)
    for size in (0, 1, 63, 64, 111, 112, 128, 500):
        own = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        message = chance.randbytes(size)
        public, signature = own.public_key().public_bytes_raw(), own.sign(message)
        assert curve.ed25519(public, message, signature)
        flipped = bytearray(signature)
        flipped[chance.randrange(64)] ^= 1 << chance.randrange(8)
        assert not curve.ed25519(public, message, bytes(flipped))


def test_the_examples_of_the_specifications_are_read() -> None:
    text, signed_by = notes.note(C2SP_NOTE.encode())
    assert text.endswith("ed è subito sera.\n")
    assert [name for name, _ in signed_by] == ["quasimodo.example/salvatore"]
    text, signed_by = notes.note(C2SP_CHECKPOINT.encode())
    assert notes.checkpoint(text)[:2] == ("example.com/behind-the-sofa", 20852163)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 21])
def test_proofs_of_the_log_are_the_proofs_that_are_read(size: int) -> None:
    at = packs.hashes(size)
    root = tree.root(size, at)
    for index in range(size):
        proof = tree.inclusion(size, index, at)
        assert proofs.included(packs.leaf(index + 1).encode(), index, size, proof, root)
        assert not proofs.included(packs.leaf(index + 1).encode(), index, size, [*proof, root], root)
        assert not proofs.included(packs.leaf(index + 2).encode(), index, size, proof, root)
    for old in range(1, size + 1):
        before, proof = tree.root(old, at), tree.consistency(old, size, at)
        assert proofs.consistent(old, before, size, root, proof)
        assert not proofs.consistent(old, bytes(32), size, root, proof)
        assert not proofs.consistent(old, before, size, root, [*proof, root])


def test_a_proof_in_ten_million_entries_is_below_two_kilobytes() -> None:
    size = 10_000_000

    def at(level: int, n: int) -> bytes:
        return hashlib.sha256(f"{level} {n}".encode()).digest()

    longest = max(len(tree.inclusion(size, i, at)) for i in (0, 1, size // 2, 8_388_607, 8_388_608, size - 1))
    assert longest == 24
    proof = [base64.b64encode(bytes(32)).decode()] * longest
    line = {"entry": size, "index": size - 1, "leaf": "", "proof": proof}
    assert len(checking.canonical(line)) < 2000


def opened(attempt: Attempt) -> checking.Result:
    """What the modules say of it."""
    try:
        files = container.unzipped(attempt.zip) if attempt.zip is not None else _lazy(attempt.files or {})
        return checking.verify(files, attempt.key, attempt.earlier)
    except container.Differs as refused:
        return checking.Result([(refused.code, refused.name)], {}, True, 0, 0)


def _lazy(files: Files) -> dict[str, Callable[[], bytes]]:
    return {name: partial(bytes, data) for name, data in files.items()}


def good() -> list[Attempt]:
    """Packs and questions that hold."""
    whole = packs.pack()
    spelt = notes.fingerprint(VKEY)
    return [
        Attempt("folder", "", whole),
        Attempt("zip", "", zip=packs.zip_of(whole)),
        Attempt("without a key", "", whole, key=""),
        Attempt("fingerprint", "", whole, key=spelt),
        Attempt("fingerprint as printed", "", whole, key=" ".join(spelt[i : i + 8] for i in range(0, 64, 8)).upper()),
        Attempt("the same checkpoint", "", whole, earlier=packs.checkpoint(packs.SIZE).encode()),
        Attempt("an earlier checkpoint", "", whole, earlier=packs.checkpoint(packs.EARLIER).encode()),
        Attempt("entries of the earlier form", "", packs.pack_after_a_chain()),
        Attempt("a cosigned checkpoint", "", packs.pack(about=replace(packs.ABOUT, checkpoint=packs.ABOUT.checkpoint + "— witness.example AAAAAAAAAA==\n"))),
    ]  # fmt: skip


@pytest.mark.parametrize("attempt", good(), ids=lambda a: a.name)
def test_a_pack_as_it_was_signed_agrees(attempt: Attempt) -> None:
    found = opened(attempt)
    assert found.reasons == []
    chain = attempt.name == "entries of the earlier form"
    assert (found.entries, found.older) == ((2, 2) if chain else (len(packs.CITED), 0))
    assert found.handed is bool(attempt.key)
    said = telling.told(found)[-1]
    assert said == ("agrees" if attempt.key else "agrees_own")


@pytest.mark.parametrize("attempt", list(packs.attempts()), ids=lambda a: a.name)
def test_any_single_change_is_refused(attempt: Attempt) -> None:
    found = opened(attempt)
    assert found.reasons != []
    assert attempt.code in ("", *(code for code, _ in found.reasons))
    assert {code for code, _ in found.reasons} <= set(joined.sentences())


def test_every_bit_of_a_zip_counts() -> None:
    """Every byte of the zip follows from its files: nothing in it can be other than it is."""
    good_zip, chance = packs.zip_of(packs.pack()), random.Random(3)
    held = [r for r in range(len(good_zip)) if not opened(Attempt("", "", zip=_flipped(good_zip, r, chance))).reasons]
    assert held == []


def _flipped(data: bytes, at: int, chance: random.Random) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def written(files: Files, folder: Path) -> Path:
    """The pack as a folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "verify_record.py"
    path.write_bytes(joined.program())
    return path


def asked(program: Path, *words: object) -> tuple[int, str]:
    """Exit code and text of the one-file program, without any module of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", program, *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.stderr == "" or done.returncode == 2
    return done.returncode, done.stdout + done.stderr


def test_the_one_file_says_it_in_two_languages(program: Path, tmp_path: Path) -> None:
    whole = packs.pack()
    folder, zipped = written(whole, tmp_path / "pack"), tmp_path / "pack.zip"
    zipped.write_bytes(packs.zip_of(whole))
    earlier = tmp_path / "checkpoint.txt"
    earlier.write_text(packs.checkpoint(packs.EARLIER), encoding="utf-8")
    for path in (folder, zipped):
        code, said = asked(program, path, "--key", VKEY, "--checkpoint", earlier)
        assert (code, said.rstrip().splitlines()[-1]) == (0, "○ 一致 / MATCH")
        assert "架空データ株式会社" in said
        code, said = asked(program, path)
        assert code == 0
        assert "鍵は未確認" in said
    (folder / "forms/19.xlsx").write_bytes(b"x")
    (folder / "forms/2.xlsx").unlink()
    code, said = asked(program, folder, "--key", VKEY)
    assert code == 1
    assert "forms/19.xlsx" in said
    assert "forms/2.xlsx" in said
    assert said.rstrip().endswith("MISMATCH, to be looked at")
    assert asked(program, tmp_path / "nothing")[0] == 2
    assert asked(program, zipped, "--checkpoint", tmp_path / "nothing")[0] == 2


@pytest.mark.posix("os.symlink")
def test_links_and_pipes_in_a_folder_are_refused(tmp_path: Path) -> None:
    folder = written(packs.pack(), tmp_path / "pack")
    (tmp_path / "elsewhere.csv").write_bytes(b"")
    (folder / "empty.csv").unlink()
    (folder / "empty.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(container.Differs, match="not_a_file"):
        container.folder(str(folder))
    (folder / "empty.csv").unlink()
    (folder / "more").symlink_to(tmp_path)
    with pytest.raises(container.Differs, match="not_a_file"):
        container.folder(str(folder))
    (folder / "more").unlink()
    os.mkfifo(folder / "empty.csv")
    with pytest.raises(container.Differs, match="not_a_file"):
        container.folder(str(folder))


def test_nothing_in_a_pack_steers_the_terminal() -> None:
    assert telling._plain("a\x1b[2Jb\u202e") == "a\\x1b[2Jb\\x202e"


def test_the_one_file_runs_on_old_pythons_and_asks_for_nothing() -> None:
    text = joined.program().decode()
    parsed = ast.parse(text, feature_version=(3, 8))
    imported = {a.name for n in ast.walk(parsed) if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module or "" for n in ast.walk(parsed) if isinstance(n, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= {*sys.stdlib_module_names, "__future__"}
    assert not {"socket", "urllib", "http", "subprocess"} & imported
    assert joined.program() == joined.program()


def test_the_page_asks_for_nothing_and_names_its_one_script() -> None:
    text = joined.page().decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    script = re.search(r"<script>(.*)</script>", text, re.DOTALL)
    assert policy
    assert script
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert policy[1].startswith(f"default-src 'none'; script-src 'sha256-{digest}'")
    assert not re.search(r"https?://|\bsrc=|\bhref=|import\(|fetch\(|XMLHttp|crypto\.subtle|innerHTML|eval\(", text)
    used = set(re.findall(r'data-say="(\w+)"', text))
    assert used <= set(joined.sentences())


def test_every_sentence_is_there_in_both_languages_and_used() -> None:
    table = joined.sentences()
    assert all(len(texts) == len(LANGUAGES) and all(texts) for texts in table.values())
    source = "".join((joined.HERE / name).read_text(encoding="utf-8") for name in (*joined.SCRIPTS, "page.html"))
    source += "".join((joined.HERE / f"{name}.py").read_text(encoding="utf-8") for name in joined.MODULES)
    made = {f"{whose}_{what}" for whose in ("checkpoint", "handed") for what in ("form", "signature")}
    assert [code for code in table if f'"{code}"' not in source and code not in made] == []


HARNESS = """
const questions = require("fs").readFileSync(0, "utf8").split("\\n").filter((l) => l).map((l) => JSON.parse(l));
const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));
(async () => {
  for (const asked of questions) {
    let found;
    try {
      if (asked.signature) {
        found = ed25519(bytes(asked.key), bytes(asked.message), bytes(asked.signature));
      } else {
        const files = asked.zip !== undefined ? unzipped(bytes(asked.zip))
          : new Map(Object.entries(asked.files).map(([name, data]) => [name, async () => bytes(data)]));
        const result = await verify(files, asked.key, asked.earlier ? bytes(asked.earlier) : null);
        found = [result.reasons, result.entries, result.handed, result.older];
      }
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      found = [[[refused.code, refused.about]], 0, true, 0];
    }
    console.log(JSON.stringify(found));
  }
})();
"""


def in_node(questions: list[dict[str, object]], folder: Path) -> list[object]:
    """What the page's script answers in an engine without a browser."""
    script = re.search(r"<script>(.*)</script>", joined.page().decode(), re.DOTALL)
    assert script
    path = folder / "page.js"
    path.write_text(script[1] + HARNESS, encoding="utf-8")
    done = subprocess.run(
        [needed("node"), str(path)], input="\n".join(map(json.dumps, questions)),
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [
        json.loads(line) for line in done.stdout.split("\n") if line
    ]  # a name may hold what Python takes for a line end


def _coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _question(attempt: Attempt) -> dict[str, object]:
    more = (
        {"zip": _coded(attempt.zip)}
        if attempt.zip is not None
        else {"files": {k: _coded(v) for k, v in (attempt.files or {}).items()}}
    )
    return {"key": attempt.key, "earlier": _coded(attempt.earlier), **more}


@pytest.mark.slow
def test_the_page_and_the_program_say_the_same_of_every_pack(tmp_path: Path) -> None:
    tried = [*good(), *packs.attempts()]
    zipped, chance = packs.zip_of(packs.pack()), random.Random(5)
    tried += [Attempt(f"byte {at}", "", zip=_flipped(zipped, at, chance)) for at in range(0, len(zipped), 7)]
    answers = in_node([_question(a) for a in tried], tmp_path)
    for attempt, answer in zip(tried, answers, strict=True):
        found = opened(attempt)
        assert answer == [list(map(list, found.reasons)), found.entries, found.handed, found.older], attempt.name


@pytest.mark.slow
def test_the_page_and_the_program_say_the_same_of_every_signature(tmp_path: Path) -> None:
    cases = list(signatures())
    questions: list[dict[str, object]] = [
        {"key": _coded(key), "message": _coded(message), "signature": _coded(signature)}
        for _, _, key, message, signature in cases
    ]
    assert in_node(questions, tmp_path) == [holds for _, holds, *_ in cases]


@pytest.mark.slow
def test_keys_are_read_alike(tmp_path: Path) -> None:
    """Names with what either language calls a space, and none."""
    odd = ["x", "関所.example", "a b", "a\u00a0b", "a\u3000b", "a\ufeffb", "a\u0085b", "", "a\u2028"]
    tried = [Attempt(name, "", packs.pack(), key=Verifier(name, bytes(32)).vkey) for name in odd]
    answers = in_node([_question(a) for a in tried], tmp_path)
    for attempt, answer in zip(tried, answers, strict=True):
        assert isinstance(answer, list)
        assert answer[0] == list(map(list, opened(attempt).reasons)), attempt.name


def test_the_program_gives_out_both_verifiers(sekisho: Sekisho, tmp_path: Path) -> None:
    """Without an inventory: the page is for people who have none."""
    for name, made in (("verify.html", joined.page()), ("verify_record.py", joined.program())):
        done = sekisho("report", "verifier", "-o", tmp_path / name, "--home", tmp_path / "none")
        assert done.code == 0, done.err
        assert (tmp_path / name).read_bytes() == made
    assert not (tmp_path / "none").exists()
