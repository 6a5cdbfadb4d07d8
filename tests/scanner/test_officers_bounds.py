"""What is refused before it is read, and what goes on where the policy has a fault."""

from __future__ import annotations

import asyncio
import stat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.acts import workbooks
from scanner.console.bounds import bounded
from scanner.console.settings import FORM, UPLOADS, WITH_FILE
from scanner.policy.load import loaded
from tests.scanner.consoles import Officers

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""
(UPLOAD,) = UPLOADS


def _asked(method: str, where: str, *headers: tuple[bytes, bytes]) -> tuple[int, int]:
    """The status, and how often the body was asked for."""
    read, told = [], []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> dict[str, Any]:
        read.append(1)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": where,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), *headers],
        "client": ["127.0.0.1", 5000],
    }
    served: Any = bounded(application)
    asyncio.run(served(scope, receive, send))
    return told[0]["status"], len(read)


@pytest.mark.parametrize(
    ("method", "where", "length", "status"),
    [
        ("POST", "/accounts/login/", str(FORM), 200),
        ("POST", "/accounts/login/", str(FORM + 1), 413),
        ("POST", UPLOAD, str(FORM), 200),
        ("POST", UPLOAD, str(WITH_FILE + 1), 413),
        ("POST", UPLOAD + "/", str(FORM + 1), 413),
        ("GET", "/today", str(FORM + 1), 413),
        ("POST", "/accounts/login/", "-1", 413),
        ("POST", "/accounts/login/", "1e3", 413),
        ("POST", "/accounts/login/", "9" * 5000, 413),
        ("PUT", "/accounts/login/", "1", 405),
        ("TRACE", "/accounts/login/", "0", 405),
    ],
)
def test_long_bodies_are_not_read(method: str, where: str, length: str, status: int) -> None:
    assert _asked(method, where, (b"content-length", length.encode())) == (status, int(status == 200))


@pytest.mark.parametrize(
    ("length", "agent", "signed_in", "status"),
    [
        (WITH_FILE, b"Test", True, 200),
        (WITH_FILE + 1, b"Test", True, 413),
        (WITH_FILE, b"Test", False, 413),
        (WITH_FILE, b"Another", True, 413),
        (FORM, b"Another", False, 200),
    ],
)
def test_a_file_is_taken_of_somebody_who_is_signed_in(
    officers: Officers, length: int, agent: bytes, signed_in: bool, status: int
) -> None:
    """Unread: no stranger fills the memory, with no cookie, one that nobody gave, or that of another browser."""
    browser = officers.person("officer", "A", "W-1")
    cookie = browser.cookies["sekisho"].value if signed_in else "0" * 32
    headers = [
        (b"content-length", str(length).encode()),
        (b"user-agent", agent),
        (b"cookie", f"sekisho={cookie}".encode()),
    ]
    assert _asked("POST", UPLOAD, *headers) == (status, int(status == 200))


def test_a_body_of_unknown_length_is_not_read() -> None:
    for method in ("GET", "POST"):
        assert _asked(method, UPLOAD, (b"transfer-encoding", b"chunked")) == (411, 0)
    assert _asked("GET", "/today") == (200, 1)


@given(st.binary(max_size=40))
def test_whatever_a_length_says_only_a_short_one_is_read(length: bytes) -> None:
    status, read = _asked("POST", "/start/x", (b"content-length", length))
    assert (status, read) in ((200, 1), (413, 0))
    if status == 200:
        assert 0 <= int(length) <= FORM


def test_what_is_uploaded_never_reaches_the_disk(officers: Officers) -> None:
    """Django writes a body to a temporary file from this size on."""
    from django.conf import settings

    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE >= WITH_FILE > FORM


def test_a_fault_of_the_policy_is_told_on_every_page(officers: Officers) -> None:
    policy = officers.folder / "policy.toml"
    browser = officers.person("officer", "*", "W-1")
    browser.raise_request_exception = False
    with policy.open("a", encoding="utf-8") as file:
        file.write("[[contract.worker]]\nid = 'W-8'\nno_such_key = 'hidden value'\n")
    for where in ("/today", "/points", "/registers", "/people"):
        answer = browser.get(where)
        page = answer.content.decode()
        assert answer.status_code == 503, where
        assert "sekisho policy check" in page, where
        assert "hidden value" not in page
        assert str(officers.folder) not in page
    assert browser.get("/me").status_code == 200
    policy.unlink()
    assert browser.get("/today").status_code == 503
    assert browser.get("/me").status_code == 200


def test_a_newcomer_is_told_of_a_fault_of_the_policy(officers: Officers) -> None:
    from scanner.console import starting

    link, browser = starting.first_link(""), officers.client()
    (officers.folder / "policy.toml").write_text("[", encoding="utf-8")
    words = "another long sentence"
    given = {"username": "first", "worker": "W-1", "password": words, "again": words}
    assert browser.post(link, given).status_code == 503


def test_rows_in_the_agreed_place_of_another_contract_are_elsewhere(officers: Officers) -> None:
    import sqlite3

    with sqlite3.connect(officers.home.database) as db:
        db.execute("update files set rule = 'B/store', verdict = 'in_place' where rule = 'A/store'")
    db.close()
    mine = officers.person("systems", "A").get("/places").content.decode()
    assert "B/store" in mine.split("<h2>")[-1]


@pytest.mark.posix("os.chmod")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_a_policy_is_saved_no_more_open_than_it_was(officers: Officers, mode: int) -> None:
    path = officers.folder / "policy.toml"
    path.chmod(mode)
    before = path.read_bytes()
    policy, digest = loaded(path)
    workbooks.save(officers.home, path, workbooks.written(policy), before=digest, by="W-1")
    kept = path.with_name("policy.toml.bak")
    assert kept.read_bytes() == before
    assert [stat.S_IMODE(file.stat().st_mode) for file in (path, kept)] == [mode, mode]
    assert loaded(path)[0] == policy
    assert sorted(file.name for file in path.parent.iterdir() if "policy" in file.name) == [
        "policy.toml",
        "policy.toml.bak",
    ]
