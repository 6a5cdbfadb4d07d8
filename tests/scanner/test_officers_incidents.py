"""事故: entered out of points, its clock, drafts, closed by two people and opened again; what was signed is what the register says."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest

from scanner import clock
from scanner.acts import incidents as acts
from scanner.inventory.people.agreements import Agreement
from scanner.policy.acts import Incident
from scanner.policy.load import load
from scanner.report import deadlines
from tests.scanner.consoles import PLANTED, Officers
from tests.scanner.officer import PASSPHRASES

pytestmark = pytest.mark.xdist_group("officers")
WHOLE = {
    "known_on": "2026-11-02", "reported_on": "2026-11-02", "written_on": "2026-11-09", "summary": "写しが合意外の場所にあった", "cause": "手順の誤り",
    "secondary": "なし", "response": "通知済み", "publication": "なし", "measures": "手順を改めた",
}  # fmt: skip


def saved(browser: Any, page: Any) -> Any:
    """What a page of changes says, saved."""
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    assert token, page.content.decode()
    return browser.post("/registers/save", {"token": token[1]})


def begun(officers: Officers, browser: Any, **more: str) -> int:
    """An incident about a point, entered; the number of the point."""
    point = officers.points()["F07-UNDECLARED"]
    today = clock.today().isoformat()
    given = {"id": "事故-1", "kind": "leak", "known_on": today, "points": f"{point}", "summary": "要約", **more}
    assert saved(browser, browser.post("/incidents/begin", given)).status_code == 302
    return point


def whole(officers: Officers) -> None:
    """The register says everything, by hand."""
    path = officers.folder / "policy.toml"
    said = "\n".join(
        f'{key} = "{value}"' if not value[:4].isdigit() else f"{key} = {value}" for key, value in WHOLE.items()
    )
    text = path.read_text(encoding="utf-8").replace(
        '[[contract]]\nid = "B"', f'[[contract.incident]]\nid = "I-1"\nkind = "leak"\n{said}\n[[contract]]\nid = "B"'
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def shown(page: Any) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page.content.decode())
    assert found
    return found[1]


def test_an_incident_is_entered_from_a_point_and_its_clock_runs(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    known = clock.today() - timedelta(days=2)
    point = officers.points()["F07-UNDECLARED"]
    assert f"/incidents?point={point}#begin" in browser.get(f"/points/{point}").content.decode()
    assert f'value="{point}"' in browser.get("/incidents", {"point": point}).content.decode()
    begun(officers, browser, known_on=known.isoformat())
    (entry,) = load(officers.folder / "policy.toml").contract[0].incident
    assert (entry.id, entry.kind, entry.points, entry.known_on) == ("事故-1", "leak", (point,), known)
    text = browser.get("/incidents").content.decode()
    assert "今日は 3 日目" in text
    assert "直ちに" in text
    assert "事故-1" in browser.get("/today").content.decode()
    one = browser.get("/incidents/A/0").content.decode()
    assert "要約" in one
    assert "原因" in one
    assert browser.get("/incidents/A/1").status_code == 404
    assert browser.get("/incidents/B/0").status_code == 404
    other = officers.person("officer", "B", "W-9")
    assert "事故-1" not in other.get("/incidents").content.decode()
    assert other.get("/incidents/A/0").status_code == 404
    for refused in ("preparer", "auditor"):
        assert officers.person(refused, "A", "W-3").post("/incidents/begin", {"id": "x"}).status_code == 403


def test_drafts_are_made_of_what_is_known(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    point = begun(officers, browser, points="")
    number = officers.points()["F07-UNDECLARED"]
    assert point == number
    for form in acts_drafts():
        answer = browser.post("/incidents/A/0/draft", {"form": form})
        assert answer.status_code == 200, answer.content.decode()
        with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
            text = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
        assert "下書き" in text
        assert PLANTED not in text
    assert browser.post("/incidents/A/0/draft", {"form": "1"}).status_code == 404
    made = [json.loads(d) for _, d in officers.entries("report_made")]
    assert {(d["form"], d["user"], d["draft"]) for d in made} == {(f, "W-1", True) for f in acts_drafts()}


def acts_drafts() -> tuple[str, ...]:
    from scanner.console.pages.incidents import DRAFTS

    return DRAFTS


def test_closing_takes_two_people_and_what_they_signed(officers: Officers) -> None:
    whole(officers)
    first, second = officers.person("officer", "A", "W-1"), officers.person("officer", "*", "W-2")
    page = first.get("/incidents/A/0")
    given = {"wish": "propose", "shown": shown(page), "reason": "対応が終わった", "passphrase": PASSPHRASES["W-1"]}
    assert first.post("/incidents/A/0/close", {**given, "shown": "0" * 64}).status_code == 409
    assert first.post("/incidents/A/0/close", {**given, "passphrase": "wrong"}).status_code == 409
    assert first.post("/incidents/A/0/close", given).status_code == 302
    assert "二人目の署名待ち" in first.get("/incidents").content.decode()
    confirm = {"wish": "confirm", "shown": given["shown"]}
    assert first.post("/incidents/A/0/close", {**confirm, "passphrase": PASSPHRASES["W-1"]}).status_code == 409, (
        "oneself"
    )
    assert second.post("/incidents/A/0/close", {**confirm, "passphrase": PASSPHRASES["W-2"]}).status_code == 302
    assert "終了(二人が署名)" in second.get("/incidents").content.decode()
    assert "I-1" not in second.get("/today").content.decode()
    assert first.post("/incidents/A/0/close", given).status_code == 404, "closed already"
    path = officers.folder / "policy.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("手順の誤り", "別の原因"), encoding="utf-8", newline="\n")
    text = first.get("/incidents").content.decode()
    assert "署名後に変更" in text, "what was signed is not what the register says"
    reopen = {
        "wish": "reopen",
        "shown": shown(first.get("/incidents/A/0")),
        "reason": "原因が違った",
        "passphrase": PASSPHRASES["W-1"],
    }
    assert first.post("/incidents/A/0/close", reopen).status_code == 302
    assert "対応中" in first.get("/incidents").content.decode()


def test_what_is_not_whole_is_not_closed(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    begun(officers, browser)
    page = browser.get("/incidents/A/0")
    assert 'value="propose"' not in page.content.decode()
    entry = load(officers.folder / "policy.toml").contract[0].incident[0]
    given = {"wish": "propose", "shown": acts.digest(entry), "reason": "x", "passphrase": PASSPHRASES["W-1"]}
    assert browser.post("/incidents/A/0/close", given).status_code == 409
    assert set(acts.missing(entry)) == set(acts.NEEDED) - {"known_on", "summary"}
    assert not officers.entries("agreement_proposed")


def test_what_was_typed_of_an_incident_stays_where_it_is_refused(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    given = {
        "id": "I-1",
        "kind": "loss",
        "known_on": "きのう",
        "summary": "一行目\r\n二行目",
        "recognised_by": "発見した人",
    }
    page = browser.post("/incidents/begin", given)
    text = page.content.decode()
    assert page.status_code == 422
    assert 'aria-describedby="known_on-fault"' in text
    for kept in ('value="I-1"', "二行目</textarea>", 'value="発見した人"', '<option value="loss" selected>'):
        assert kept in text, kept
    page = browser.post("/incidents/begin", {**given, "known_on": "2026-11-20"})
    assert saved(browser, page).status_code == 302
    (entry,) = load(officers.folder / "policy.toml").contract[0].incident
    assert entry.summary == "一行目\n二行目"
    page = browser.post("/incidents/begin", {**given, "known_on": "2026-11-20"})
    assert page.status_code == 422, "the number is taken"
    assert 'aria-describedby="id-fault"' in page.content.decode()


def _put(browser: Any, at: str, **texts: str) -> Any:
    """The form of an entry of the register, sent."""
    form = browser.get(f"/registers/of/incident/{at or 'new'}").content.decode()
    version = re.search(r'name="version" value="([^"]*)"', form)
    assert version
    return browser.post("/registers/of/incident/put", {"version": version[1], "at": at, **texts})


def _text(answer: Any) -> str:
    """What a draft says before it tells how it was made."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        text = re.sub("<[^>]+>", " ", package.read("word/document.xml").decode("utf-8"))
    return text.partition("作成条件")[0]


def test_points_of_another_contract_are_refused_as_if_they_were_not_there(officers: Officers) -> None:
    """By every way a number can be typed in; and a register that names one by hand leads no paper there."""
    browser, mine = officers.person("officer", "A", "W-1"), officers.points()["F07-UNDECLARED"]
    theirs = officers.points("B")["F03-OUTSIDE"]
    given = {"id": "事故-1", "kind": "leak", "known_on": clock.today().isoformat()}
    for typed in (f"{theirs}", f"{mine} 99999", f"{mine}、{theirs}", f"{mine} x", "9" * 30):
        answer = browser.post("/incidents/begin", {**given, "points": typed})
        assert answer.status_code == 422, typed
        assert "この契約の要確認にない番号" in answer.content.decode(), typed
        assert 'name="token"' not in answer.content.decode()
    assert browser.post("/incidents/begin", {**given, "points": f"{mine} " * 51}).status_code == 409
    assert _put(browser, "", **given, points=f"{mine}、{theirs}").status_code == 422
    assert saved(browser, _put(browser, "", **given, points=f"{mine}")).status_code == 302
    before = _text(browser.post("/incidents/A/0/draft", {"form": "11a"}))
    path = officers.folder / "policy.toml"
    text = path.read_text(encoding="utf-8")
    assert f"points = [{mine}]" in text
    path.write_text(text.replace(f"points = [{mine}]", f"points = [{mine}, {theirs}]"), encoding="utf-8", newline="\n")
    after = _text(browser.post("/incidents/A/0/draft", {"form": "11a"}))
    assert "所在" in before
    assert after == before, "nothing of what lies there"
    assert _put(browser, "0", **given, points=f"{mine}、{theirs}").status_code == 200, "it was there already"


def test_the_history_tells_of_its_own_contract_alone(officers: Officers) -> None:
    browser, other = officers.person("officer", "A", "W-1"), officers.person("officer", "B", "W-9")
    begun(officers, browser)
    given = {"id": "事故-9", "kind": "loss", "known_on": clock.today().isoformat()}
    assert saved(other, other.post("/incidents/begin", given)).status_code == 302
    for one, address in ((browser, "/incidents/A/0"), (other, "/incidents/B/0")):
        assert one.post(f"{address}/draft", {"form": "11a"}).status_code == 200
    whole = officers.person("officer", "*", "W-2")
    for one in (browser, whole, officers.person("auditor", "A")):
        text = one.get("/incidents/A/0").content.decode()
        assert "— W-1" in text
        assert "W-9" not in text
    assert "— W-9" in whole.get("/incidents/B/0").content.decode()


def _signed(officers: Officers) -> Any:
    """An incident that two have closed, and the browser of the first."""
    whole(officers)
    first, second = officers.person("officer", "A", "W-1"), officers.person("officer", "A", "W-2")
    given = {"shown": shown(first.get("/incidents/A/0")), "reason": "済"}
    for browser, wish, who in ((first, "propose", "W-1"), (second, "confirm", "W-2")):
        answer = browser.post("/incidents/A/0/close", {**given, "wish": wish, "passphrase": PASSPHRASES[who]})
        assert answer.status_code == 302
    return first


def test_what_was_signed_does_not_leave_its_register(officers: Officers) -> None:
    browser = _signed(officers)
    version = re.search(r'name="version" value="([^"]*)"', browser.get("/registers/of/incident/0").content.decode())
    assert version
    removed = browser.post("/registers/of/incident/remove", {"version": version[1], "at": "0"})
    renamed = _put(browser, "0", id="I-2", kind="leak", **WHOLE)
    for refused in (removed, renamed):
        assert refused.status_code == 409
        assert 'name="token"' not in refused.content.decode()
    path = officers.folder / "policy.toml"
    text = path.read_text(encoding="utf-8")
    begin, end = text.index("[[contract.incident]]"), text.index('[[contract]]\nid = "B"')
    path.write_text(text[:begin] + text[end:], encoding="utf-8", newline="\n")
    assert "署名後に登録簿から除去" in browser.get("/incidents").content.decode(), "by hand"
    assert "I-1" in browser.get("/today").content.decode()
    assert "I-1" not in officers.person("officer", "B", "W-9").get("/incidents").content.decode()
    page = browser.get("/incidents/A/0")
    assert browser.post("/incidents/A/0/draft", {"form": "11a"}).status_code == 409
    given = {"wish": "reopen", "shown": shown(page), "reason": "誤り", "passphrase": PASSPHRASES["W-1"]}
    assert browser.post("/incidents/A/0/close", given).status_code == 302
    assert "I-1" not in browser.get("/incidents").content.decode()


def test_what_was_looked_at_before_it_was_signed_is_not_saved_after(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    whole(officers)
    version = re.search(r'name="version" value="([^"]*)"', browser.get("/registers/of/incident/0").content.decode())
    assert version
    looked = browser.post("/registers/of/incident/remove", {"version": version[1], "at": "0"})
    given = {"wish": "propose", "shown": shown(browser.get("/incidents/A/0")), "reason": "済"}
    assert browser.post("/incidents/A/0/close", {**given, "passphrase": PASSPHRASES["W-1"]}).status_code == 302
    assert saved(browser, looked).status_code == 409
    assert "I-1" in browser.get("/incidents").content.decode()


def test_days_of_what_has_happened_are_not_to_come(officers: Officers) -> None:
    browser, ahead = officers.person("officer", "A", "W-1"), (clock.today() + timedelta(days=1)).isoformat()
    assert browser.post("/incidents/begin", {"id": "x", "kind": "leak", "known_on": ahead}).status_code == 422
    for key in ("known_on", "happened_on", "reported_on", "written_on", "submitted_on"):
        answer = _put(browser, "", id="x", kind="leak", **{key: ahead})
        assert answer.status_code == 422, key
        assert "今日より後の日です" in answer.content.decode()
    path = officers.folder / "policy.toml"
    whole(officers)
    path.write_text(
        path.read_text(encoding="utf-8").replace("known_on = 2026-11-02", "known_on = 2026-12-31"), encoding="utf-8"
    )
    assert "今日は" not in browser.get("/incidents").content.decode(), "by hand: no day of the clock yet"


def test_only_a_report_that_was_instructed_and_is_open_is_late(officers: Officers) -> None:
    from scanner.console.pages.incidents import Line

    known = date(2026, 1, 5)
    clocks = deadlines.clock(known, wrongful=False)
    told = {"id": "I-1", "known_on": known}
    closed = Agreement(1, acts.ACT, {}, "W-1", "済", "", second="W-2")
    for more, agreement, differs, late in (
        ({}, None, False, False),
        ({"instructed": "提出"}, None, False, True),
        ({"instructed": "提出", "submitted_on": date(2026, 2, 1)}, None, False, False),
        ({"instructed": "提出"}, closed, False, False),
        ({"instructed": "提出"}, closed, True, True),  # it says something else by now than what was signed
    ):
        entry = Incident.model_validate({**told, **more})
        assert Line(0, "A", entry, clocks, 2, agreement, differs=differs).late is late, (more, differs)
