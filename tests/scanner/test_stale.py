"""No answer outlives its reasons: passwords that come later, a scan that reads everything again, contents that an earlier
version knew by another key."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyzipper

from scanner import clock
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.model import Contents, Finding, Ground, Outcome, OutcomeKind, Reason, Verdict, VerdictKind, ref_of
from scanner.policy.verdict import Judge
from scanner.scan.local import Options, scan


def _run(home: Home, tree: Path, **chosen: object) -> list[Outcome]:
    seen: list[Outcome] = []
    scan(Options((os.fsencode(tree),), depth="quick", **chosen), home, Judge(None), seen.append)  # type: ignore[arg-type]
    return seen


def _office(tmp_path: Path) -> tuple[Path, Home]:
    tree, home = tmp_path / "tree", Home(tmp_path / "home")
    tree.mkdir()
    prepare(home)
    return tree, home


def test_a_locked_file_is_read_when_its_password_comes(tmp_path: Path) -> None:
    tree, home = _office(tmp_path)
    with pyzipper.AESZipFile(tree / "a.zip", "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"himitsu")
        archive.writestr("名簿.csv", "氏名,電話番号\n山田太郎,03-1234-5678\n")
    clock.sleep(3)
    (first,) = _run(home, tree)
    assert first.contents.reason is Reason.ENCRYPTED
    (same,) = _run(home, tree)
    assert same.kind is OutcomeKind.UNCHANGED
    (opened,) = _run(home, tree, passwords=("ちがう", "himitsu"))
    assert opened.kind is OutcomeKind.EXAMINED
    assert {f.entity for f in opened.contents.findings} == {"PERSON", "PHONE_NUMBER"}
    (kept,) = _run(home, tree)
    assert kept.kind is OutcomeKind.UNCHANGED
    assert kept.contents.findings == opened.contents.findings


def _entered(home: Home, path: Path, key: bytes, rule_set: str, findings: tuple[Finding, ...]) -> None:
    from scanner.inventory.store import Run

    with Store(home.database) as store:
        store.begin(Run("0.1.0", rule_set, "quick", (str(path.parent),)))
        contents = Contents("text/plain", findings, 1, 1)
        verdict = Verdict(VerdictKind.NO_POLICY, Ground.FIXED)
        ref = ref_of(os.fsencode(path))
        store.put(Outcome(ref, OutcomeKind.EXAMINED, verdict, contents, key), clock.stat_ns())
        store.commit()


def test_full_replaces_what_was_kept_of_the_same_bytes(tmp_path: Path) -> None:
    tree, home = _office(tmp_path)
    (tree / "a.txt").write_text("携帯 090-1234-5678\n", encoding="utf-8")
    clock.sleep(3)
    (first,) = _run(home, tree)
    db = Store(home.database)
    with db.transaction() as writing:
        writing.execute("delete from findings")
    db.close()
    (stale,) = _run(home, tree)
    assert stale.contents.findings == ()
    (read,) = _run(home, tree, full=True)
    assert read.contents.findings == first.contents.findings
    (after,) = _run(home, tree)
    assert after.contents.findings == first.contents.findings


def test_bytes_known_by_the_key_of_an_earlier_version_are_no_change(tmp_path: Path) -> None:
    """The record does not say "changed" of them, and the original that has them is known again."""
    tree, home = _office(tmp_path)
    path = tree / "a.txt"
    path.write_text("携帯 090-1234-5678\n", encoding="utf-8")
    clock.sleep(3)
    old = hashlib.blake2b(path.read_bytes(), key=installation_key(home), digest_size=16).digest()
    found = (Finding("PHONE_NUMBER", 1, 0.95, "pass", ("line 1",), "0NN-NNNN-NNNN"),)
    _entered(home, path, old, "2026.11.14/quick", found)
    (now,) = _run(home, tree)
    assert now.kind is OutcomeKind.EXAMINED
    assert now.content_key != old
    reader = Reader(home.database)
    kinds = [r["kind"] for r in reader.rows("select kind from ledger")]
    assert kinds.count("first_seen") == 1
    assert "changed" not in kinds
    assert {bytes(r["key"]) for r in reader.rows("select key from contents")} == {now.content_key}


def test_other_bytes_under_the_same_name_are_a_change(tmp_path: Path) -> None:
    tree, home = _office(tmp_path)
    path = tree / "a.txt"
    path.write_text("携帯 090-1234-5678\n", encoding="utf-8")
    old = hashlib.blake2b(path.read_bytes(), key=installation_key(home), digest_size=16).digest()
    found = (Finding("PHONE_NUMBER", 1, 0.95, "pass", ("line 1",), "0NN-NNNN-NNNN"),)
    _entered(home, path, old, "2026.11.14/quick", found)
    path.write_text("携帯 090-1234-5679\n", encoding="utf-8")
    (now,) = _run(home, tree)
    reader = Reader(home.database)
    assert "changed" in [r["kind"] for r in reader.rows("select kind from ledger")]
    assert {bytes(r["key"]) for r in reader.rows("select key from contents")} == {old, now.content_key}


def test_names_of_the_rule_sets_never_look_like_those_of_earlier_versions() -> None:
    from scanner.ruleset.current import rule_set

    assert "." not in rule_set("quick", False, None)
