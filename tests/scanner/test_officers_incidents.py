"""事故: entered out of points, its clock, drafts, closed by two people and opened again; what was signed is what the register says."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from scanner import clock
from scanner.acts import incidents as acts
from scanner.policy.load import load
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
    given = {"id": "事故-1", "kind": "leak", "known_on": today, "points": f"{point} 99999", "summary": "要約", **more}
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
    assert (entry.id, entry.kind, entry.points, entry.known_on) == ("事故-1", "leak", (point, 99999), known)
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
