"""The console is started: secrets, the link of the first officer, where it may listen, what every answer says to the browser."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from scanner.console import secrets, starting
from scanner.console.server import Listening, ServerError
from scanner.console.site import Site
from scanner.errors import SekishoError
from scanner.inventory.home import Home
from tests.conftest import ROOT, Sekisho
from tests.scanner.consoles import PASSWORD, Officers

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""


def test_first_link_works_once_and_makes_the_first_officer(officers: Officers) -> None:
    link = starting.first_link("")
    browser = officers.client()
    given = {"username": "first", "worker": "W-1", "password": PASSWORD, "again": PASSWORD}
    assert browser.get(link).status_code == 200
    assert browser.post(link, {**given, "again": "other"}).status_code == 200, "a page that asks again"
    assert browser.post(link, given).status_code == 302
    assert browser.get("/today").status_code == 200
    assert officers.client().get(link).status_code == 410
    assert officers.client().post(link, {**given, "username": "second"}).status_code == 410
    assert starting.first_link("") == ""
    assert starting.first_link("", anew=True)


def test_an_earlier_link_nobody_used_is_void(officers: Officers) -> None:
    first, second = starting.first_link(""), starting.first_link("")
    assert officers.client().get(first).status_code == 410
    assert officers.client().get(second).status_code == 200


@pytest.mark.slow
def test_a_link_ends(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from scanner import clock

    link, now = starting.first_link(""), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1, seconds=1))
    assert officers.client().get(link).status_code == 410


@pytest.mark.slow
@pytest.mark.parametrize(
    "weak", ["short", "password1234", "123456789012345", "first-first1"], ids=["short", "common", "digits", "name"]
)
def test_weak_passwords_are_refused(officers: Officers, weak: str) -> None:
    link = starting.first_link("")
    given = {"username": "first-first", "worker": "", "password": weak, "again": weak}
    assert officers.client().post(link, given).status_code == 200
    assert starting.first_link("")


def test_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    secrets.folder_of(tmp_path / "console")
    first = secrets.secret(tmp_path / "console")
    assert len(first) > 60
    assert secrets.secret(tmp_path / "console") == first


@pytest.mark.posix("chmod")
def test_nobody_else_reads_what_the_console_keeps(officers: Officers) -> None:
    folder = officers.home.path / "console"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path.name


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "127.8.9.1"])
def test_this_machine_needs_no_tls(host: str) -> None:
    Listening(host).refuse_open()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.4", "pc-1", "localhost.example.jp", ""])
def test_elsewhere_without_tls_is_refused(host: str) -> None:
    with pytest.raises(ServerError):
        Listening(host).refuse_open()


def test_tls_takes_two_files_that_exist(tmp_path: Path) -> None:
    file = tmp_path / "a.pem"
    file.write_bytes(b"")
    for one, other in ((file, None), (None, file), (file, tmp_path / "none.pem")):
        with pytest.raises(ServerError):
            Listening("0.0.0.0", 1, one, other).refuse_open()
    Listening("0.0.0.0", 1, file, file).refuse_open()


def test_command_refuses_and_loads_no_model(sekisho: Sekisho, officers: Officers) -> None:
    refused = sekisho("console", "--host", "0.0.0.0", "--home", officers.home.path)
    assert (refused.code, "TLS" in refused.err) == (2, True)
    assert sekisho("console", "--home", officers.home.path / "none").code == 2


def test_console_needs_neither_models_nor_parsers() -> None:
    import subprocess
    import sys

    words = (
        "import sys; import scanner.cli.officers, scanner.console.starting, scanner.console.settings, scanner.console.server\n"
        "heavy = {'spacy', 'onnxruntime', 'presidio_analyzer', 'django'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_says_what_to_install_where_the_extra_is_missing(officers: Officers) -> None:
    import subprocess
    import sys

    words = (
        "import sys; sys.modules['django'] = None; sys.argv = ['sekisho', 'console', '--home', sys.argv[1]]\n"
        "from scanner.cli.main import main; main()"
    )
    command = [sys.executable, "-X", "utf8", "-c", words, str(officers.home.path)]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 2
    assert "sekisho[console]" in done.stderr


def test_the_table_of_the_standard_names_tests_that_there_are() -> None:
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:4] for line in text.splitlines() if re.match(r"\| [0-9]", line)]
    there = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests/scanner").glob("test_officers_*.py"))
    named = [re.findall(r"`(test_\w+)`", row[2]) for row in rows]
    assert [name for names in named for name in names if f"def {name}(" not in there] == []
    assert sum(map(bool, named)) >= 0.6 * len(rows)


def test_every_answer_shuts_the_browser(officers: Officers) -> None:
    browser = officers.person("officer", "*", "W-1")
    for address in ("/today", "/points", "/accounts/login/", "/nowhere", "/static/console.css", "/me"):
        answer = browser.get(address)
        policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["script-src"] == "'none'", address
        assert policy["require-trusted-types-for"] == "'script'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["trusted-types"] == "'none'"
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        if not address.startswith("/static/"):
            assert answer["Cache-Control"] == "no-store"
        answer.close()


def test_cookies_are_of_this_site_alone(officers: Officers) -> None:
    browser = officers.person("officer")
    (cookie,) = browser.cookies.values()
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["max-age"], "it ends with the browser"


@pytest.mark.parametrize(
    "path", sorted((Path(starting.__file__).parent / "templates").rglob("*.html")), ids=lambda p: p.stem
)
def test_templates_have_no_script_style_or_address_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.parts[-2:] == ("webauthn", "script.html"):  # the one script, by its nonce
        text = text.replace('<script src="/static/passkeys.js" nonce="{{ request.csp_nonce }}" defer></script>', "")
    assert not re.search(
        r"<script|<style|\son\w+=|\sstyle=|javascript:|https?://|\|safe|autoescape off|mark_safe", text
    )


def test_errors_of_the_server_are_errors_of_ours() -> None:
    assert issubclass(ServerError, SekishoError)


def test_site_reads_a_changed_policy(officers: Officers) -> None:
    site = Site(Home(officers.home.path), officers.folder / "policy.toml")
    before = site.rules()
    assert site.rules() is before
    path = officers.folder / "policy.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("住民意向調査", "別の調査の件名"), encoding="utf-8", newline="\n"
    )
    after = site.rules()
    assert after is not None
    assert before is not None
    assert after.digest != before.digest
