"""The end of a contract's data on the pages: instruction and disposal by forms that are begun with what is known, and form 9c."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from scanner import clock
from scanner.policy.load import load
from tests.scanner.consoles import Officers

pytestmark = pytest.mark.xdist_group("officers")


def link(page: Any, register: str) -> str:
    """The address of a form of a register, on the page."""
    found = re.search(rf'href="(/registers/of/{register}/new\?[^"]*)"', page.content.decode())
    assert found, register
    return html.unescape(found[1])


def fields(page: Any) -> dict[str, str]:
    """What the form of an entry holds: texts, chosen options, ticked boxes."""
    text = page.content.decode()
    form = text[text.index("/put") :]
    found = dict(re.findall(r'<input [^>]*name="(\w+)" value="([^"]*)"', form))
    for name, body in re.findall(r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}


def entered(browser: Any, address: str, **more: str) -> None:
    """An entry through its form, with what the form was begun with and more, looked at and saved."""
    form = browser.get(address)
    assert form.status_code == 200
    register = address.split("/")[3]
    looked = browser.post(f"/registers/of/{register}/put", {**fields(form), **more})
    token = re.search(r'name="token" value="([^"]+)"', looked.content.decode())
    assert token, looked.content.decode()
    assert browser.post("/registers/save", {"token": token[1]}).status_code == 302


@pytest.mark.slow
def test_from_the_instruction_to_the_residual_check(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    entered(browser, link(browser.get("/ending"), "instruction"), id="指示-1", by="市民部")
    (instruction,) = load(officers.folder / "policy.toml").contract[0].instruction
    assert (instruction.kind, instruction.scope, instruction.date) == ("dispose", ("R-1",), clock.today())
    entered(browser, link(browser.get("/ending"), "disposal"), id="廃-1", executor="W-1", witness="W-2")
    (disposal,) = load(officers.folder / "policy.toml").contract[0].disposal
    assert (disposal.instruction, disposal.scope, disposal.executed_on) == ("指示-1", ("R-1",), clock.today())
    page = browser.get("/ending").content.decode()
    assert "廃棄済" in page
    asked = {"form": "9c", "family": "R-1", "accept": "1", "accept_why": "夜間に再確認"}
    shown = browser.get("/forms/preview", asked).content.decode()
    assert "残存あり" in shown, "it lies there yet"
    sent = re.findall(r'<input type="hidden" name="(family|accept|accept_why)" value="([^"]*)"', shown)
    assert sent == [("family", "R-1"), ("accept", "1"), ("accept_why", "夜間に再確認")]
    assert browser.post("/forms/make", {**asked, "style": "docx"}).content[:2] == b"PK"
    told = json.loads(officers.entries("swept")[-1][1])
    assert (told["residue"], told["accepted_by"], told["user"]) == (2, "W-1", "W-1")
    assert "残存あり" in browser.get("/ending").content.decode()


def test_nobody_accepts_gaps_for_another_or_without_the_right(officers: Officers) -> None:
    asked = {"form": "9c", "accept": "1", "accept_why": "x"}
    preparer = officers.person("preparer", "A", "W-2")
    assert 'name="accept"' not in preparer.get("/ending").content.decode()
    for address, send in (("/forms/preview", preparer.get), ("/forms/make", preparer.post)):
        assert send(address, asked).status_code in (403, 409), address
    nobody = officers.person("officer", "A")
    assert nobody.get("/forms/preview", asked).status_code == 409, "an account without a number signs nothing"
    assert not officers.entries("swept")
    with closing(sqlite3.connect(officers.home.database)) as db:
        assert db.execute("select count(*) from sweeps").fetchone() == (0,)


def test_of_one_contract_and_of_those_alone_who_may(officers: Officers) -> None:
    other = officers.person("officer", "B", "W-9").get("/ending").content.decode()
    assert "R-2" in other
    assert "R-1" not in other
    eye = officers.person("auditor", "A").get("/ending").content.decode()
    assert "/registers/of/" not in eye
    assert "/jobs/ask/scan" not in eye
    assert "契約を1つ選ぶ" in officers.person("officer", "*", "W-1").get("/ending").content.decode()


def test_what_an_address_says_of_an_entry_is_text_in_its_form(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    marked = '"><b onmouseover=x>'
    page = browser.get("/registers/of/worker/new", {"name": marked, "nothing": marked, "id": "W-5"})
    text = page.content.decode()
    assert fields(page)["name"] == marked
    assert fields(page)["id"] == "W-5"
    assert "<b onmouseover" not in text
