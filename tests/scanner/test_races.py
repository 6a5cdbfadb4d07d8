"""Somebody swaps files while they are scanned: whatever is remembered of a content was found in that content, and nothing is
read through a link or under the name of something else."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.errors import FileFault
from scanner.extract.content import Grew, taken
from scanner.extract.opening import open_once
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.reader import Reader
from scanner.model import Outcome, OutcomeKind, Reason, ref_of
from scanner.policy.verdict import Judge
from scanner.scan.adapters import content_key
from scanner.scan.local import Options, scan

SWAPS = 10_000
LENGTH = 80
"""Bytes of either: written over in place, nothing of the one is left behind the other."""
SECRET = "氏名 山田太郎 個人番号 123456789018\n".encode().ljust(LENGTH, b" ")
INNOCENT = "明日の会議の資料です。よろしくお願いします。\n".encode().ljust(LENGTH, b" ")
OUTSIDE = "電話番号 090-3141-5926\n".encode()

_SWAPPER = """
import os, random, sys, time
folder, outside, swaps = sys.argv[1].encode(), sys.argv[2].encode(), int(sys.argv[3])
secret, innocent = open(sys.argv[4], "rb").read(), open(sys.argv[5], "rb").read()
chance = random.Random(7)
paths = [os.path.join(folder, b"%d.txt" % n) for n in range(20)]
for n in range(swaps):
    path = chance.choice(paths)
    new = folder + b"/../new"
    act = chance.randrange(12)
    try:
        if act < 4 and os.path.isfile(path) and not os.path.islink(path):  # written over in place, the time of writing set back
            with open(path, "r+b", buffering=0) as file:
                file.write(chance.choice((secret, innocent)))
            os.utime(path, ns=(10**18, 10**18))
        elif act < 9:  # another file under the same name
            with open(new, "wb") as file:
                file.write(chance.choice((secret, innocent)))
            os.utime(new, ns=(10**18, 10**18))
            os.replace(new, path)
        elif act == 9:
            os.symlink(outside, new)
            os.replace(new, path)
        elif act == 10:
            os.mkfifo(new)
            os.replace(new, path)
        else:
            os.unlink(path)
    except (FileNotFoundError, FileExistsError):
        pass
    except OSError:
        pass
    time.sleep(0.001)
"""


def _key(data: bytes, home: Home, tmp_path: Path) -> bytes:
    path = tmp_path / "sample"
    path.write_bytes(data)
    digest, file = taken(os.open(path, os.O_RDONLY), len(data), 1 << 40)
    file.close()
    return content_key(digest, installation_key(home))


@pytest.mark.slow
def test_ten_thousand_swaps_and_not_one_wrong_answer(tmp_path: Path) -> None:
    tree, home = tmp_path / "tree", Home(tmp_path / "home")
    tree.mkdir()
    prepare(home)
    (tmp_path / "outside.txt").write_bytes(OUTSIDE)
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "innocent").write_bytes(INNOCENT)
    for n in range(20):
        (tree / f"{n}.txt").write_bytes(INNOCENT)
    names = [str(tmp_path / n) for n in ("outside.txt", "secret", "innocent")]
    swapper = subprocess.Popen([sys.executable, "-c", _SWAPPER, str(tree), names[0], str(SWAPS), *names[1:]])
    seen: list[Outcome] = []
    rounds = 0
    try:
        while swapper.poll() is None or rounds < 5:
            scan(Options((os.fsencode(tree),), depth="quick"), home, Judge(None), seen.append)
            rounds += 1
    finally:
        swapper.kill()
        swapper.wait()
    secret, innocent = _key(SECRET, home, tmp_path), _key(INNOCENT, home, tmp_path)
    answers = {secret: {"JP_MY_NUMBER", "PERSON"}, innocent: set()}
    for outcome in seen:
        found = {f.entity for f in outcome.contents.findings}
        assert "PHONE_NUMBER" not in found  # what the link leads to was never read
        if outcome.kind in (OutcomeKind.EXAMINED, OutcomeKind.UNCHANGED):
            assert outcome.content_key in answers
            assert found == answers[outcome.content_key]
        else:
            assert outcome.contents.reason in (Reason.CHANGED, Reason.VANISHED)
            assert not found
    reader = Reader(home.database)
    for row in reader.rows("select id, key from contents"):
        kept = {r["entity"] for r in reader.rows("select entity from findings where content_id = ?", (row["id"],))}
        assert kept == answers[bytes(row["key"])]
    assert {o.contents.reason for o in seen} >= {Reason.CHANGED, None}


@pytest.mark.parametrize("size", [0, 1, 5_000, (1 << 20) - 1, 1 << 20, (3 << 20) + 17, (64 << 20) + 1])
def test_holes_and_zeros_are_the_same_content(tmp_path: Path, size: int) -> None:
    dense, sparse = tmp_path / "dense", tmp_path / "sparse"
    dense.write_bytes(bytes(size) + b"end")
    with sparse.open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(b"end")
    digests = []
    for path in (dense, sparse):
        digest, file_ = taken(os.open(path, os.O_RDONLY), size + 3, 1 << 40)
        assert file_.seek(size) == size
        assert file_.read() == b"end"
        file_.close()
        digests.append(digest)
    assert digests[0] == digests[1]
    dense.write_bytes(bytes(size + 1) + b"nd")
    digest, file_ = taken(os.open(dense, os.O_RDONLY), size + 3, 1 << 40)
    file_.close()
    assert digest != digests[0]
    assert len(digest) == 32
    assert digest != hashlib.blake2b(bytes(size) + b"end", digest_size=32).digest()


def _swapped(path: Path, kind: str, tmp_path: Path) -> None:
    path.unlink()
    if kind == "link":
        (tmp_path / "other").write_bytes(OUTSIDE)
        path.symlink_to(tmp_path / "other")
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "other":
        path.write_bytes(INNOCENT)
    elif kind == "longer":
        path.write_bytes(INNOCENT * 2)


LINKS = [
    pytest.param(kind, marks=pytest.mark.posix(call))
    for kind, call in [("link", "os.symlink"), ("device", "os.symlink"), ("pipe", "os.mkfifo")]
]


@pytest.mark.parametrize("kind", [*LINKS, "folder", "other", "longer", "nothing"])
def test_what_stands_under_the_name_by_now_is_not_opened_as_the_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.txt"
    keep = tmp_path / "keep"
    path.write_bytes(INNOCENT)
    os.link(path, keep)  # its inode is not given to another file meanwhile
    ref = ref_of(os.fsencode(path))
    _swapped(path, kind, tmp_path)
    with pytest.raises(FileFault) as caught:
        open_once(ref)
    assert caught.value.reason is (Reason.VANISHED if kind == "nothing" else Reason.CHANGED)


def test_a_file_that_grows_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(INNOCENT)
    opened = open_once(ref_of(os.fsencode(path)))
    with path.open("ab") as file:
        file.write(b"more")
    assert opened.changed()
    opened.close()


def test_time_of_change_tells_what_the_time_of_writing_hides(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(INNOCENT)
    os.utime(path, ns=(10**18, 10**18))
    opened = open_once(ref_of(os.fsencode(path)))
    assert not opened.changed()
    with path.open("r+b") as file:
        file.write(SECRET)
    os.utime(path, ns=(10**18, 10**18))
    assert opened.changed()
    opened.close()


@pytest.mark.posix("/proc")
def test_a_file_of_the_system_that_says_it_is_empty_is_not_taken_for_empty(tmp_path: Path) -> None:
    """Files of /proc have a size of nothing and may never end: one byte is asked of them and no more."""
    path = Path("/proc/version")
    opened = open_once(ref_of(os.fsencode(path)))
    with pytest.raises(Grew):
        taken(os.dup(opened.descriptor), 0, 1 << 40)
    opened.close()
