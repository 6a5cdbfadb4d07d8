"""Digest, events and numbers: what goes to others holds counts and codes, goes over TLS, and goes where the policy says alone."""

from __future__ import annotations

import json
import re
import smtplib
import socket
import sqlite3
import ssl
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from scanner import clock
from scanner.acts import telling
from scanner.demo import formats
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.policy.outgoing import DigestRules, EventRules, destinations, shown
from scanner.report import digest
from scanner.report.events import cef, gathering, ocsf, prometheus, syslog
from scanner.scan import local
from tests.conftest import Sekisho
from tests.scanner.world import World

PEOPLE = [[f"{a} {b}", f"19{n + 60}/04/0{n % 9 + 1}", f"090-1234-56{n:02}"] for n, (a, b) in enumerate(
    (a, b) for a in ("山田", "鈴木", "佐藤", "高橋") for b in ("太郎", "花子", "一郎")
)]  # fmt: skip
PLANTED = ("山田", "鈴木", "090-1234", "名簿", "机", "太郎")
MAIL = {"every": "daily", "server": "mail.example.jp", "sender": "sekisho@example.jp", "to": ["officer@example.jp"]}


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("telling")


@pytest.fixture
def home(sekisho: Sekisho, _folder: Path) -> Home:
    """A scanned folder with a list outside every place; scanned once."""
    if not (_folder / "home").exists():
        (_folder / "机").mkdir()
        (_folder / "policy.toml").write_bytes('[[contract]]\nid = "A"\ntitle = "集計"\n'.encode())
        rows = [["氏名", "生年月日", "電話番号"], *PEOPLE]
        (_folder / "机/山田太郎の名簿.csv").write_bytes(formats.csv_text(rows).encode())
        where = ("--home", _folder / "home", "-p", _folder / "policy.toml")
        assert sekisho("scan", _folder / "机", *where, "--depth", "quick", "--quiet").code == 1
    return Home(_folder / "home")


def clean(text: str) -> None:
    assert not [value for value in PLANTED if value in text]


def events(home: Home) -> list[gathering.Event]:
    return list(gathering.since(Reader(home.database), 0))


def test_the_digest_tells_counts_ages_dues_and_silence(home: Home) -> None:
    reader, today = Reader(home.database), clock.today()
    found = digest.gathered(reader, "", today)
    assert (found.codes, found.ages, found.late, found.opened) == ((("F03-OUTSIDE", 1),), (1, 0, 0, 0), 0, 1)
    assert not found.silent
    later = digest.gathered(reader, clock.stamp(), today + timedelta(days=40))
    assert (later.ages, later.late, later.opened, later.silent) == ((0, 0, 1, 0), 1, 0, True)
    for one in (found, later):
        text = digest.subject(one) + digest.body(one, today)
        clean(text)
        assert "F03-OUTSIDE" in text
        assert "\n" not in digest.subject(one)


@pytest.mark.parametrize(
    ("days", "patience"),
    [(["mon"], 8), (["mon", "thu"], 5), (["sat", "sun"], 7), (["mon", "tue", "wed", "thu", "fri"], 4), ([], 3)],
)
def test_a_schedule_is_not_silent_while_it_waits(days: list[str], patience: int, tmp_path: Path) -> None:
    """Between two of its days nothing is looked at, and nothing is wrong. No days: it was removed again."""
    home = Home(tmp_path)
    with Store(home.database) as store:
        store.note("schedule_set", hour="19:30", days=["wed"], roots=1)
        store.note("schedule_set", hour="19:30" if days else "", days=days, roots=1)
    found = digest.gathered(Reader(home.database), "", clock.today())
    assert (found.patience, found.silent) == (patience, True)


def test_it_is_due_by_the_day_or_the_week() -> None:
    ago = (clock.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = [DigestRules.model_validate({**MAIL, "every": e}) for e in ("daily", "weekly", "off")]
    assert [telling.due(rules, ago) for rules in asked] == [True, False, False]
    assert telling.due(DigestRules.model_validate(MAIL), "")
    assert not telling.due(DigestRules(), "")


class Server:
    """What a mail server of the tests is asked."""

    asked: list[str] = []  # noqa: RUF012
    messages: list[Any] = []  # noqa: RUF012

    def __init__(self, host: str, port: int, **_: Any) -> None:
        self.asked.append(f"{host}:{port}")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.asked.append("quit")

    def starttls(self, context: ssl.SSLContext) -> None:
        assert context.verify_mode is ssl.CERT_REQUIRED
        self.asked.append("starttls")

    def login(self, user: str, password: str) -> None:
        self.asked.append(f"login {user} {len(password)}")

    def send_message(self, message: Any) -> None:
        self.messages.append(message)


def test_one_mail_goes_out_encrypted_and_is_entered(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Server.asked.clear()
    Server.messages.clear()
    monkeypatch.setattr(smtplib, "SMTP", Server)
    (tmp_path / "password").write_text("himitsu\n", encoding="utf-8")
    rules = DigestRules(**MAIL, user="u", password_file=str(tmp_path / "password"))  # type: ignore[arg-type]
    assert telling.send_digest(home, rules, Reader(home.database)) == ["starttls://mail.example.jp"]
    assert Server.asked == ["mail.example.jp:587", "starttls", "login u 7", "quit"]
    (message,) = Server.messages
    assert (message["To"], message["Auto-Submitted"]) == ("officer@example.jp", "auto-generated")
    clean(message["Subject"] + message.get_content())
    assert telling.last_sent(Reader(home.database))
    with pytest.raises(telling.TellingError) as failed:
        telling.send_digest(
            home, rules.model_copy(update={"password_file": str(tmp_path / "none")}), Reader(home.database)
        )
    assert failed.value.code == "no_password"

    def dead(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(smtplib, "SMTP", dead)
    with pytest.raises(telling.TellingError) as failed:
        telling.send_digest(home, rules, Reader(home.database))
    assert (failed.value.code, "himitsu" in str(failed.value.details)) == ("not_sent", False)


def test_one_message_goes_to_a_webhook(sekisho: Sekisho, home: Home, tmp_path: Path) -> None:
    """Through the library that knows chat services and hooks, to a server that answers as one."""
    taken: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if len(taken) == 1 else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    policy = tmp_path / "policy.toml"
    text = (home.path.parent / "policy.toml").read_text(encoding="utf-8")
    address = f"json://user:se-cret@127.0.0.1:{server.server_port}/hook"
    policy.write_text(f'{text}\n[digest]\nevery = "daily"\nurls = ["{address}"]\n', encoding="utf-8")
    where = ("--home", home.path, "-p", policy)
    sent, again, refused = (sekisho("digest", "--send", *more, *where) for more in (("--now",), (), ("--now",)))
    server.shutdown()
    thread.join()
    server.server_close()
    assert (sent.code, again.code, refused.code) == (0, 0, 4), (sent.err, refused.err)
    assert [one["title"].split("]")[0] for one in taken] == ["[Sekisho", "[Sekisho"]
    for one in (*(hook["message"] for hook in taken), *(r.out + r.err for r in (sent, again, refused))):
        clean(one)
        assert "se-cret" not in one


def test_every_address_is_listed_without_its_secrets_and_none_by_default() -> None:
    assert list(destinations(DigestRules(), EventRules())) == []
    rules = DigestRules(**MAIL, urls=["slack://token-a/token-b", "https://user:secret@hook.example.jp/x?key=1"])  # type: ignore[arg-type]
    told = list(destinations(rules, EventRules(syslog="log.example.jp:6514"), ("mailto://u:p@mail.example.jp",)))
    assert [what for what, _ in told] == ["digest", "digest", "digest", "events", "alerts"]
    assert not re.search(r"token|secret|key|u:p", "".join(address for _, address in told))
    assert shown("https://user:secret@hook.example.jp/x") == "https://hook.example.jp"
    for wrong in ({"every": "daily"}, {"every": "daily", "server": "a b"}, {"sender": "a@b\nBcc: c@d"}):
        with pytest.raises(ValidationError):
            DigestRules(**wrong)  # type: ignore[arg-type]


def test_events_are_as_the_schema_has_them_and_hold_no_value(home: Home) -> None:
    found = events(home)
    assert [(e.opened, e.code) for e in found] == [(True, "F03-OUTSIDE")]
    for opened in (True, False):
        one = gathering.Event(**{**{n: getattr(found[0], n) for n in gathering.Event.__slots__}, "opened": opened})
        made = json.loads(ocsf.written(one))
        assert ocsf.problems(made) == []
        assert (made["class_uid"], made["type_uid"]) == (2006, 200601 if opened else 200603)
        assert (made["unmapped"]["persons"]["min"], made["file"]["type_id"]) == (12, 1)
        for text in (ocsf.written(one), cef.written(one), syslog.framed(one, "")):
            clean(text)
            assert "\n" not in text


@pytest.mark.parametrize(
    "change", [{"class_uid": 2004}, {"time": "now"}, {"severity_id": 9}, {"more": 1}, {"metadata": {}}, {"is_alert": 1}]
)
def test_what_is_not_as_the_schema_has_it_is_found(home: Home, change: dict[str, Any]) -> None:
    made = {**ocsf.event(events(home)[0]), **change}
    assert ocsf.problems(made)
    assert ocsf.problems({k: v for k, v in made.items() if k not in ("finding_info", *change)})


def test_cef_is_escaped_by_its_rules() -> None:
    hostile = gathering.Event(1, "2026-11-30T00:00:00Z", "h=1\n", True, 3, "A|B\\C", "x=y\nz", "", "")
    text = cef.written(hostile)
    assert text.startswith("CEF:0|Sekisho|Sekisho|")
    assert "|A\\|B\\\\C|A\\|B\\\\C opened|" in text
    assert "cs1=x\\=y\\nz" in text
    assert "dvchost=h\\=1\\n" in text
    assert re.fullmatch(r"<\d+>1 2026-11-30T00:00:00Z h=1 sekisho \d+ A\|B\\C - \ufefft", syslog.framed(hostile, "t"))


def test_numbers_are_text_for_prometheus(home: Home) -> None:
    text = prometheus.written(Reader(home.database), clock.today())
    clean(text)
    line = re.compile(r'(?:# (?:HELP|TYPE) sekisho_[a-z_]+ .+|sekisho_[a-z_]+(?:\{[a-z]+="[^"\n]*"\})? -?\d+)')
    assert all(line.fullmatch(one) for one in text.splitlines())
    assert 'sekisho_open_points{code="F03-OUTSIDE"} 1' in text
    assert 'sekisho_files{outcome="examined"} 1' in text


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that is its own authority, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
    return pem, secret


def test_events_go_over_tls_to_a_server_that_is_known(home: Home, tmp_path: Path) -> None:
    pem, secret = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    got: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        for _ in range(2):
            plain, _peer = listening.accept()
            plain.settimeout(20)
            try:
                with context.wrap_socket(plain, server_side=True) as one:
                    while piece := one.recv(65_536):
                        got.append(piece)
            except (ssl.SSLError, OSError):
                plain.close()

    with socket.create_server(("localhost", 0)) as listening:
        port = listening.getsockname()[1]
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        lines = [syslog.framed(e, ocsf.written(e)) for e in events(home)]
        with pytest.raises(telling.TellingError) as refused:
            telling.send_events(EventRules(syslog=f"localhost:{port}"), lines)
        assert refused.value.code == "bad_certificate"
        assert telling.send_events(EventRules(syslog=f"localhost:{port}", ca=str(pem)), lines) == 1
        thread.join(20)
    length, _, text = b"".join(got).partition(b" ")
    assert int(length) == len(text)
    clean(text.decode("utf-8"))


def test_from_the_command_line(sekisho: Sekisho, home: Home, tmp_path: Path) -> None:
    where = ("--home", home.path)
    told = sekisho("digest", "--lang", "ja", *where)
    assert (told.code, "要確認" in told.out) == (0, True)
    clean(told.out.replace("内容は、端末で", ""))
    assert sekisho("digest", "--send", *where).code == 2  # off by default
    assert sekisho("events", "send", *where).code == 2
    assert sekisho("events", "metrics", "-o", tmp_path / "sekisho.prom", *where).code == 0
    assert "sekisho_open_points" in (tmp_path / "sekisho.prom").read_text(encoding="utf-8")
    written = sekisho("events", "export", *where).lines()
    assert [ocsf.problems(one) for one in written] == [[]]
    with closing(sqlite3.connect(home.database)) as db, db:
        (last,) = db.execute("select max(seq) from ledger where kind = 'point_opened'").fetchone()
    db.close()
    assert sekisho("events", "export", "--format", "cef", "--since", last, *where).out == ""


def test_scanning_something_else_does_not_end_the_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a walk over the agreed places and the watched folders counts, whatever else was scanned and however lately."""
    world = World(tmp_path.resolve(), monkeypatch)
    today = world.day = clock.today()
    for contract in world.policy["contract"]:
        contract["place"][0].pop("valid_to")
    for name in ("srv/A/a.txt", "srv/B/b.txt", "empty/c.txt", "watched/d.txt"):
        world.put(name, b"")

    def told(*scanned: str) -> tuple[bool, int, int]:
        for name in scanned:
            local.scan(
                local.Options((bytes(world.root / name),), depth="quick"), world.home, world.judge(), lambda _: None
            )
        found = digest.gathered(Reader(world.home.database), "", today, world.rules, world.root)
        assert ("agreed places" in digest.body(found, today)) == bool(found.places)
        return found.silent, found.unseen, found.places

    assert told("empty") == (True, 2, 2)
    assert told("srv/A") == (True, 1, 2)
    assert told("srv") == (False, 0, 2)
    db = world.db()
    with db:
        db.execute("update roots set walked = '2020-01-01T00:00:00Z'")
    db.close()
    assert told("empty") == (True, 2, 2)
    assert told("srv") == (False, 0, 2)
    world.policy["watch"] = {"roots": ["watched", "not there"]}
    assert told() == (True, 1, 3)
    assert told("watched") == (False, 0, 3)
    assert "sekisho_silent 0" in prometheus.written(Reader(world.home.database), today, world.rules, world.root)
    assert "sekisho_silent 1" in prometheus.written(
        Reader(world.home.database), today + timedelta(days=9), world.rules, world.root
    )
    for contract in world.policy["contract"]:  # no place of this machine: whatever ended last is asked
        contract["place"][0]["host"] = "another"
    world.policy["watch"] = {}
    assert told() == (False, 0, 0)
