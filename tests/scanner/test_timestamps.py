"""Time stamps of the record's heads, from an authority made with openssl: by files, over HTTP, and what is no stamp of this head."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from scanner.acts import timestamp
from scanner.inventory import ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.record import check, stamps
from scanner.inventory.record.proofs import RecordError
from scanner.inventory.store import Store
from tests.conftest import Sekisho, needed

pytestmark = pytest.mark.slow

CONFIG = """
[tsa]
default_tsa = here
[here]
dir = .
serial = serial
crypto_device = builtin
signer_cert = signer.pem
certs = root.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = DIGESTS
accuracy = secs:1
[stamping]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
"""


class Authority:
    """A root, a signer, and ``openssl ts``."""

    def __init__(self, folder: Path, digests: str = "sha256, sha512") -> None:
        self.folder = folder
        self.program = needed("openssl")
        folder.mkdir()
        (folder / "openssl.cnf").write_text(CONFIG.replace("DIGESTS", digests), "utf-8")
        (folder / "serial").write_text("01\n", "utf-8")
        new = ("req", "-newkey", "rsa:2048", "-nodes")
        self._run(
            *new,
            "-x509",
            "-days",
            "3650",
            "-subj",
            f"/CN={folder.name} root",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
        )
        self._run(*new, "-subj", f"/CN={folder.name} stamps", "-keyout", "signer.key", "-out", "signer.csr")
        self._run(
            "x509", "-req", "-in", "signer.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "3650",
            "-extfile", "openssl.cnf", "-extensions", "stamping", "-out", "signer.pem",
        )  # fmt: skip

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def reply(self, request: bytes) -> bytes:
        (self.folder / "in.tsq").write_bytes(request)
        self._run("ts", "-reply", "-config", "openssl.cnf", "-queryfile", "in.tsq", "-out", "out.tsr")
        return (self.folder / "out.tsr").read_bytes()

    def without_nonce(self, head: str) -> bytes:
        (self.folder / "head").write_text(head, "utf-8")
        self._run("ts", "-query", "-data", "head", "-sha256", "-no_nonce", "-cert", "-out", "none.tsq")
        return self.reply((self.folder / "none.tsq").read_bytes())

    def _run(self, *words: str) -> None:
        subprocess.run([self.program, *words], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours") / "authority")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other") / "stranger")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    prepare(made)
    more(made)
    return made


def more(home: Home) -> None:
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        for number in range(3):
            ledger.append(db, "declared", number=number)


def asked(home: Home) -> stamps.Asked:
    with closing(sqlite3.connect(home.database)) as db:
        return stamps.ask(db)


def report(home: Home, *trusted: Authority) -> check.Report:
    with closing(sqlite3.connect(home.database)) as db:
        return check.verify(db, home.keys, authorities=stamps.authorities([a.root for a in trusted]))


def state(found: check.Report) -> str:
    return next(p.state for p in found.proofs if p.name == "stamp")


@contextmanager
def served(answer: Callable[[bytes], bytes], status: int = 200) -> Iterator[str]:
    """An authority's address on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsa"
        finally:
            server.shutdown()
            thread.join()


def test_by_files(sekisho: Sekisho, office: Path, tmp_path: Path, authority: Authority, stranger: Authority) -> None:
    sekisho("scan", str(office), "--quiet")
    request, reply = tmp_path / "head.tsq", tmp_path / "head.tsr"
    assert sekisho("ledger", "timestamp").code == 2  # no policy, no address: nothing is sent
    assert sekisho("ledger", "timestamp", "--request", str(request)).code == 0
    reply.write_bytes(authority.reply(request.read_bytes()))
    take = ("ledger", "timestamp", "--reply", str(reply))
    assert sekisho(*take).code == 2
    assert sekisho(*take, "--authority", str(stranger.root)).code == 2
    assert sekisho(*take, "--authority", str(reply)).code == 2
    assert sekisho(*take, "--authority", str(authority.root)).code == 0
    assert sekisho(*take, "--authority", str(authority.root)).code == 2  # taken already
    verify = ("ledger", "verify", "--format", "json")
    assert '"stamp", "state": "unverified"' in sekisho(*verify).out
    good = sekisho(*verify, "--authority", str(authority.root))
    assert (good.code, '"stamp", "state": "good"' in good.out) == (0, True), good.out
    assert sekisho(*verify, "--authority", str(stranger.root)).code == 1
    assert sekisho("ledger", "show", "--kind", "stamped", "--format", "jsonl").out.count("\n") == 1


def test_of_every_scan_over_http(sekisho: Sekisho, office: Path, tmp_path: Path, authority: Authority) -> None:
    policy = tmp_path / "stamping.toml"
    with served(authority.reply) as address:
        policy.write_text(f'[record]\ntimestamps = "{address}"\n', "utf-8")
        first = sekisho("scan", str(office), "-p", str(policy), "--quiet")
        assert "Time stamp over" in first.err or "タイムスタンプ:" in first.err
        assert sekisho("ledger", "timestamp", "-p", str(policy), "--authority", str(authority.root)).code == 0
    again = sekisho("scan", str(office), "-p", str(policy), "--quiet")  # nobody answers any more
    assert again.code == first.code
    assert address in again.err
    good = sekisho("ledger", "verify", "--authority", str(authority.root), "--format", "json")
    assert (good.code, '"detail": "\\u00d7 2"' in good.out or "× 2" in good.out) == (0, True), good.out


@pytest.mark.parametrize("status", [404, 500])
def test_who_answers_otherwise(home: Home, authority: Authority, status: int) -> None:
    with served(authority.reply, status) as address, pytest.raises(RecordError, match="stamp_no_answer"):
        timestamp.stamp(home.database, address, [])
    assert state(report(home)) == "lacking"


def test_what_is_no_stamp_of_this_head(home: Home, tmp_path: Path, authority: Authority, stranger: Authority) -> None:
    first = asked(home)
    more(home)
    ours = asked(home)
    trusted = stamps.authorities([authority.root])
    old = Authority(tmp_path / "old", digests="sha512")
    answer = authority.reply(ours.request)
    refused = {
        "stamp_other_head": authority.reply(first.request),
        "stamp_other_nonce": authority.reply(asked(home).request),
        "stamp_untrusted": stranger.reply(ours.request),
        "stamp_refused": old.reply(ours.request),
        "stamp_broken": answer[:-100],
    }
    for code, bad in refused.items():
        with Store(home.database, only_notes=True) as store, pytest.raises(RecordError) as told:
            stamps.take(store, ours, bad, trusted)
        assert told.value.code == code
    with Store(home.database, only_notes=True) as store, pytest.raises(RecordError) as told:
        stamps.take(store, ours, authority.without_nonce(ours.text), trusted)
    assert told.value.code == "stamp_other_nonce"
    assert state(report(home)) == "lacking"
    with Store(home.database, only_notes=True) as store:
        stamps.take(store, ours, answer, trusted)
    assert state(report(home, authority)) == "good"
    assert not report(home, stranger, authority).found


def test_a_damaged_answer_is_refused_or_says_the_same(home: Home, authority: Authority) -> None:
    ours, drawn = asked(home), random.Random(7)
    answer, trusted = authority.reply(ours.request), stamps.authorities([authority.root])
    true = stamps._accepted(ours.text, ours.nonce, answer, trusted)
    refused = 0
    for _ in range(400):
        bad = bytearray(answer)
        for _ in range(drawn.choice((1, 1, 3))):
            bad[drawn.randrange(len(bad))] ^= 1 << drawn.randrange(8)
        if drawn.random() < 0.2:
            del bad[drawn.randrange(len(bad)) :]
        try:
            read = stamps._accepted(ours.text, ours.nonce, bytes(bad), trusted)
        except RecordError:
            refused += 1
        else:  # damaged in what nobody signed: a copy of the root that is sent along, a text beside the status
            assert read == true
    assert refused > 200


DONE_TO_STAMPS = {
    "deleted": "delete from stamps",
    "its answer taken out": "update stamps set answer = null",
    "its time changed": "update stamps set at = '2020-01-01T00:00:00Z'",
    "its answer changed": "update stamps set answer = zeroblob(2000)",
    "its head changed": "update stamps set head = replace(head, 'sekisho', 'Sekisho')",
    "its number changed": "update stamps set nonce = '1'",
}


@pytest.mark.parametrize("what", DONE_TO_STAMPS)
def test_verification_finds_a_stamp(home: Home, authority: Authority, what: str) -> None:
    ours = asked(home)
    with Store(home.database, only_notes=True) as store:
        stamps.take(store, ours, authority.reply(ours.request), stamps.authorities([authority.root]))
    assert not report(home, authority).found
    with closing(sqlite3.connect(home.database, isolation_level=None)) as db:
        db.execute(DONE_TO_STAMPS[what])
    assert "stamps" in {f.table for f in report(home, authority).found}
