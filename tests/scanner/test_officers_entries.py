"""Registers as forms: looked at, changed, refused at the field, saved as a version, and back to an earlier one."""

from __future__ import annotations

import hashlib
import html
import json
import re
import threading
from typing import Any

import pytest

from scanner.policy.load import load
from tests.scanner.consoles import Officers

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""


def _hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, page.content.decode()[-500:]
    return found[1]


def _put(browser: Any, register: str, at: str, texts: dict[str, Any]) -> Any:
    """The form of an entry, filled in and sent."""
    form = browser.get(f"/registers/of/{register}/{at or 'new'}")
    assert form.status_code == 200
    return browser.post(f"/registers/of/{register}/put", {"version": _hidden(form, "version"), "at": at, **texts})


def _saved(browser: Any, page: Any) -> Any:
    return browser.post("/registers/save", {"token": _hidden(page, "token")})


def test_an_entry_is_put_looked_at_saved_and_taken_back(officers: Officers) -> None:
    browser, policy = officers.person("officer", "A", "W-1"), officers.folder / "policy.toml"
    first = load(policy)
    page = _put(browser, "worker", "", {"id": "W-4", "name": "従事者 四", "starts": "令和8年5月1日"})
    text = page.content.decode()
    assert "従事者 四" in text
    assert "令和8年5月1日" in text
    assert load(policy) == first, "looked at only"
    assert _saved(browser, page)["Location"] == "/registers/of/worker"
    (added,) = [w for w in load(policy).contract[0].worker if w.id == "W-4"]
    assert str(added.starts) == "2026-05-01"
    assert "令和8年5月1日" in browser.get("/registers/of/worker/3").content.decode(), "shown as people write days"
    told = json.loads(officers.entries("policy_saved")[-1][1])
    assert told["user"] == "W-1"
    versions = browser.get("/registers/versions").content.decode()
    assert told["sha256"][:16] in versions
    back = browser.post("/registers/versions/back", {"version": told["before"]})
    assert "W-4" in back.content.decode()
    assert _saved(browser, back).status_code == 302
    assert load(policy) == first
    assert len(officers.entries("policy_saved")) == 2


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(officers: Officers) -> None:
    browser, before = officers.person("officer", "A", "W-1"), (officers.folder / "policy.toml").read_bytes()
    page = _put(browser, "worker", "2", {"id": "W-1", "name": "従事者 参", "starts": "きのう"})
    text = html.unescape(page.content.decode())
    assert page.status_code == 422
    assert 'aria-describedby="f-starts-fault"' in text
    assert 'value="きのう"' in text, "what was typed stays"
    page = _put(browser, "worker", "2", {"id": "W-1", "name": "従事者 参"})
    assert "二回" in page.content.decode()
    assert 'aria-describedby="f-id-fault"' in page.content.decode()
    assert (officers.folder / "policy.toml").read_bytes() == before


@pytest.mark.slow
def test_a_form_of_an_older_policy_changes_nothing(officers: Officers) -> None:
    """The same row may be another entry by now."""
    one, two = officers.person("officer", "A", "W-1"), officers.person("officer", "A", "W-2")
    form = one.get("/registers/of/worker/0")
    assert _saved(two, _put(two, "worker", "", {"id": "W-5", "name": "五"})).status_code == 302
    given = {"version": _hidden(form, "version"), "at": "0", "id": "W-1", "name": "別人"}
    assert one.post("/registers/of/worker/put", given).status_code == 409
    assert one.post("/registers/of/worker/remove", given).status_code == 409


def test_registers_of_others_are_not_there(officers: Officers) -> None:
    """By register, by place in it, by the version of everything: an officer of A changes nothing of B or of the house."""
    from scanner.acts import versions

    browser, top = officers.person("officer", "A", "W-1"), officers.person("officer", "*", "W-2", name="top")
    version = _hidden(browser.get("/registers/of/worker/0"), "version")
    for register in ("medium", "host", "nothing", "review", "../worker"):
        assert browser.get(f"/registers/of/{register}").status_code == 404, register
        given = {"version": version, "at": "", "id": "x", "serial": "y"}
        assert browser.post(f"/registers/of/{register}/put", given).status_code == 404, register
    assert browser.get("/registers/of/worker/9").status_code == 404
    assert browser.get("/registers/of/worker?contract=B").status_code == 404
    for at in ("9", "-1", "x", "1e1", "9" * 30):
        assert browser.post("/registers/of/worker/put", {"version": version, "at": at, "id": "W"}).status_code == 404
    assert browser.post("/registers/of/contract/remove", {"version": version, "at": "0"}).status_code == 404
    assert browser.get("/registers/of/contract/new").status_code == 404
    changed = _saved(top, _put(top, "medium", "", {"id": "USB-1", "serial": "00-11"}))
    assert changed["Location"] == "/registers/of/medium"
    top.get("/registers?contract=B")
    assert _saved(top, _put(top, "worker", "0", {"id": "W-9", "name": "九改"})).status_code == 302
    first = json.loads(officers.entries("policy_saved")[0][1])["before"]
    assert versions.version(officers.home, first).medium == ()
    page = browser.post("/registers/versions/back", {"version": first})
    assert "変わるところはありません" in page.content.decode(), "of A nothing changed"
    page = top.post("/registers/versions/back?contract=*", {"version": first}).content.decode()
    assert "USB-1" in page
    assert "九改" in page
    for wrong in ("", "0" * 64, "../../policy", first[:63], first.upper()):
        assert browser.post("/registers/versions/back", {"version": wrong}).status_code == 409, wrong


@pytest.mark.slow
def test_a_version_that_was_changed_is_none(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    _saved(browser, _put(browser, "worker", "", {"id": "W-4", "name": "四"}))
    digest = json.loads(officers.entries("policy_saved")[0][1])["before"]
    path = officers.home.path / "policies" / f"{digest}.toml"
    path.write_bytes(path.read_bytes().replace(b"W-2", b"W-8"))
    assert browser.post("/registers/versions/back", {"version": digest}).status_code == 409


@pytest.mark.slow
def test_every_register_has_its_form(officers: Officers) -> None:
    from scanner.policy.registers.sheets import sheets

    top = officers.person("officer", "*", "W-1")
    for sheet in sheets():
        house = sheet.name in ("medium", "host")
        page = top.get(f"/registers/of/{sheet.name}/new?contract={'*' if house or sheet.name == 'contract' else 'A'}")
        assert page.status_code == 200, sheet.name
        for column in sheet.columns:
            assert column.key == "contract" or f'name="{column.key}"' in page.content.decode() or column.kind is tuple


def test_what_the_registers_together_forbid_is_refused_before_anything_is_written(officers: Officers) -> None:
    """An earlier version of one contract, back beside what another one says by now."""
    first, other = officers.person("officer", "A", "W-1"), officers.person("officer", "B", "W-9")
    place = {"id": "store", "kind": "保管場所", "consent": "承諾-1"}
    _saved(first, _put(first, "place", "0", {**place, "path": "elsewhere"}))
    before = json.loads(officers.entries("policy_saved")[-1][1])["before"]
    _saved(other, _put(other, "place", "", {"id": "new", "kind": "保管場所", "path": "store"}))
    now = (officers.folder / "policy.toml").read_bytes()
    page = first.post("/registers/versions/back", {"version": before})
    assert page.status_code == 409
    assert "同じ範囲" in page.content.decode()
    assert (officers.folder / "policy.toml").read_bytes() == now


@pytest.mark.slow
def test_going_back_shows_every_setting_and_what_was_made_by_hand(officers: Officers) -> None:
    top, path = officers.person("officer", "*", "W-1"), officers.folder / "policy.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"time_zone = 'America/New_York'\n[review]\ndue_days = 300\n{text}", encoding="utf-8")
    _saved(top, _put(top, "medium", "", {"id": "M-1", "serial": "1"}))
    old = json.loads(officers.entries("policy_saved")[-1][1])["sha256"]
    path.write_text(f"# by hand\n{text}", encoding="utf-8")
    by_hand = hashlib.sha256(path.read_bytes()).hexdigest()
    page = _put(top, "medium", "", {"id": "M-2", "serial": "#2"})
    assert "保存すると消えます" not in page.content.decode(), "a comment stays"
    _saved(top, page)
    assert path.read_text(encoding="utf-8").startswith("# by hand\n")
    versions = top.get("/registers/versions").content.decode()
    assert by_hand in versions
    assert versions.count("保存と保存の間に手で変更") == 1
    assert versions.count("最初の保存の前") == 1
    page = html.unescape(top.post("/registers/versions/back", {"version": old}).content.decode())
    assert "America/New_York" in page
    assert "review.due_days" in page
    assert "保存すると消えます" not in page, "what holds a # is no comment"
    path.write_text(path.read_text(encoding="utf-8").replace("[[medium]]", "[[medium]] # by hand"), encoding="utf-8")
    version = re.search(r'name="version" value="([^"]*)"', top.get("/registers/of/medium/0").content.decode())
    assert version
    page = top.post("/registers/of/medium/remove", {"version": version[1], "at": "0"}).content.decode()
    assert "1 件は、保存すると消えます" in page, "with its entry"


def test_lines_of_a_browser_and_a_no_are_taken(officers: Officers) -> None:
    browser, path = officers.person("officer", "A", "W-1"), officers.folder / "policy.toml"
    given = {"id": "I-1", "kind": "漏えい", "summary": "一行目\r\n二行目\r三行目"}
    assert _saved(browser, _put(browser, "incident", "", given)).status_code == 302
    assert load(path).contract[0].incident[0].summary == "一行目\n二行目\n三行目"
    page = _put(browser, "incident", "0", {**given, "key_managed": "いいえ"})
    assert "<ins>いいえ</ins>" in page.content.decode()
    assert "一行目" not in page.content.decode(), "the lines are the same"
    assert _saved(browser, page).status_code == 302
    assert load(path).contract[0].incident[0].key_managed is False


@pytest.mark.slow
def test_of_two_savings_at_one_moment_one_is_told_so(officers: Officers) -> None:
    from django.db import connection

    path = officers.folder / "policy.toml"
    people = {"A": officers.person("officer", "A", "W-1"), "B": officers.person("officer", "B", "W-9")}
    for turn in range(3):
        pages = {c: _put(one, "worker", "", {"id": f"{c}-{turn}", "name": "x"}) for c, one in people.items()}
        both, answers = threading.Barrier(2), {}

        def save(contract: str) -> None:
            both.wait()  # noqa: B023
            answers[contract] = _saved(people[contract], pages[contract]).status_code  # noqa: B023
            connection.close()

        threads = [threading.Thread(target=save, args=(contract,)) for contract in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = {c.id for c in load(path).contract if f"{c.id}-{turn}" in {w.id for w in c.worker}}
        assert sorted(answers.values()) == [302, 409]
        assert kept == {c for c, status in answers.items() if status == 302}
