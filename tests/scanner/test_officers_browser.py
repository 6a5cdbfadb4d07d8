"""The console as a person meets it: started as a program, opened in a browser, from the first link to every page."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from scanner.inventory.home import Home
from tests.conftest import ROOT, needed
from tests.scanner.chromium import Page, browser
from tests.scanner.consoles import PASSWORD, Officers

pytestmark = [pytest.mark.slow, pytest.mark.posix("chromium"), pytest.mark.xdist_group("officers")]
_LOOK = """(() => {
  const wrong = [];
  const say = (what, e) => wrong.push(what + ': ' + (e ? e.outerHTML.slice(0, 120) : ''));
  if (!document.documentElement.lang) say('no language');
  if (document.querySelectorAll('h1').length !== 1) say('not one h1');
  if (document.querySelectorAll('main').length !== 1) say('not one main');
  if (!document.title.trim() || document.title.startsWith(' ')) say('no title');
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) say('id twice ' + id);
  for (const e of document.querySelectorAll('input:not([type=hidden]),select,textarea'))
    if (!(e.labels && e.labels.length) && !e.getAttribute('aria-label')) say('no label', e);
  for (const e of document.querySelectorAll('button,a')) if (!e.textContent.trim()) say('no text', e);
  for (const e of document.querySelectorAll('th')) if (!e.scope) say('no scope', e);
  for (const e of document.querySelectorAll('[style],script,style,iframe,object')) say('inline', e);
  for (const e of document.querySelectorAll('form')) if (e.method === 'post' && !e.querySelector('[name=csrfmiddlewaretoken]')) say('no token', e);
  if (document.documentElement.scrollWidth > innerWidth + 1) say('wider than the window ' + document.documentElement.scrollWidth);
  return wrong;
})()"""
"""What a page must have for people who do not see it, or see it on a telephone."""


def _free() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Place(Protocol):
    """A folder with a policy, and the state folder that is served."""

    @property
    def folder(self) -> Path: ...
    @property
    def home(self) -> Home: ...


@contextmanager
def served(officers: Place, *more: str) -> Iterator[tuple[str, str, Path]]:
    """Address, first link and what it says on standard error."""
    port, errors = _free(), officers.folder / "stderr.txt"
    words = [
        sys.executable,
        str(ROOT / "tests/run_cli.py"),
        "console",
        "--port",
        str(port),
        "--home",
        str(officers.home.path),
    ]
    words += ["-p", str(officers.folder / "policy.toml"), *more]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with (
        errors.open("wb") as wrong,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=wrong, env=environment) as child,
    ):
        try:
            assert child.stdout is not None
            told = b""
            while b"Ctrl+C" not in told:
                line = child.stdout.readline()
                assert line, errors.read_text(encoding="utf-8")
                told += line
            link = re.search(rb"http\S+/start/\S+", told)
            yield f"http://localhost:{port}", link[0].decode() if link else "", errors
        finally:
            child.terminate()


def _open(page: Page, url: str) -> None:
    page.call("Page.navigate", url=url)
    page.value("new Promise((d) => document.readyState === 'complete' ? d() : addEventListener('load', () => d()))")


def _sent(page: Page, values: dict[str, str]) -> None:
    """Fill a form by its labels' fields and send it."""
    fields = ";".join(f"document.getElementsByName({name!r})[0].value = {value!r}" for name, value in values.items())
    page.value(f"(() => {{ {fields}; }})()")
    page.told.clear()
    pressed(page, "main form")


def pressed(page: Page, form: str) -> None:
    """A form is sent, and another page has come: a word that was left in this one is gone."""
    page.call("Runtime.evaluate", expression=f"window.before = 1; document.querySelector('{form}').requestSubmit()")
    while page.value("document.readyState + (window.before || 0)") != "complete0":
        pass


def _violations(page: Page) -> list[Any]:
    logged = [e["params"]["entry"] for e in page.told if e.get("method") == "Log.entryAdded"]
    return [
        e["text"]
        for e in logged
        if e["source"] in ("security", "violation", "javascript") or "Content Security" in e["text"]
    ]


def test_from_the_first_link_to_every_page(officers: Officers, tmp_path: Path) -> None:
    """No rule of the policy of contents is broken, nothing is asked of anybody else, and every page is whole, wide and narrow."""
    needed("chromium")
    with served(officers) as (address, link, errors), browser(tmp_path) as page:
        _open(page, link)
        _sent(page, {"username": "first", "worker": "W-1", "password": PASSWORD, "again": PASSWORD})
        assert page.value("location.pathname") == "/me"
        seen: set[str] = set()
        wrong: dict[str, Any] = {}
        for width in (1280, 390):
            page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
            waiting, done = ["/today", "/me"], set[str]()
            while waiting:
                path = waiting.pop()
                page.told.clear()
                _open(page, f"{address}{path}")
                found = [*page.value(_LOOK), *_violations(page)]
                elsewhere = [u for u in page.requests() if not u.startswith((address, "data:"))]
                if found or elsewhere:
                    wrong[f"{path} at {width}"] = [*found, *elsewhere]
                done.add(path)
                links = page.value(
                    "[...document.querySelectorAll('a[href^=\"/\"]')].map((a) => a.getAttribute('href').split('#')[0])"
                )
                new = {re.sub(r"(?<=/points/)[0-9]+", lambda m: m[0], one).partition("?")[0] for one in links}
                waiting += [
                    one
                    for one in new
                    if one not in done and one not in waiting and "/workbook" not in one and "/verifier" not in one
                ]
            seen |= done
        assert not wrong, wrong
        assert {
            "/today",
            "/points",
            "/approvals",
            "/families",
            "/record",
            "/forms",
            "/registers",
            "/people",
            "/matrix",
        } <= seen
        assert errors.read_text(encoding="utf-8") == ""


def test_a_second_factor_is_set_up_and_asked_for(officers: Officers, tmp_path: Path) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    def code(secret: str) -> str:
        return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))

    needed("chromium")
    with served(officers) as (address, link, _), browser(tmp_path) as page:
        _open(page, link)
        _sent(page, {"username": "first", "worker": "W-1", "password": PASSWORD, "again": PASSWORD})
        _open(page, f"{address}/accounts/2fa/totp/activate/")
        if "reauthenticate" in page.value("location.pathname"):
            _sent(page, {"password": PASSWORD})
        assert page.value("location.pathname") == "/accounts/2fa/totp/activate/"
        assert page.value("document.querySelector('img').naturalWidth") > 0, "the code to be photographed"
        secret = page.value("document.getElementById('authenticator_secret').value")
        used = code(secret)
        _sent(page, {"code": used})
        page.call("Network.clearBrowserCookies")
        _open(page, f"{address}/accounts/login/")
        _sent(page, {"login": "first", "password": PASSWORD})
        assert page.value("location.pathname") == "/accounts/2fa/authenticate/"
        _open(page, f"{address}/today")
        assert page.value("location.pathname") == "/accounts/2fa/authenticate/", "without the code nobody is in"
        while code(secret) == used:  # a code is good once
            page.value("new Promise((done) => setTimeout(done, 1000))")
        _sent(page, {"code": code(secret)})
        assert page.value("location.pathname") == "/today", "and with it somebody is"
