"""Pages beside the points: originals, places, coverage, record, forms, registers, the pack, people; nothing of a file's name or path."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scanner.acts import workbooks
from scanner.console.roles import WAY
from scanner.policy.load import load
from scanner.policy.registers import RegistersError, export
from tests.languages import english_in, japanese_in
from tests.scanner.consoles import PASSWORD, PLANTED, Officers

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""
SHOWN = ("/today", "/points", "/approvals", "/families", "/families/R-1", "/places", "/coverage", "/coverage/encrypted", "/record",
         "/forms", "/registers", "/pack", "/people", "/matrix", "/unmask", "/me", "/points/none", "/points/1",
         "/registers/versions", "/registers/of/worker", "/registers/of/worker/0", "/forms/preview?form=1")  # fmt: skip


def _text(page: Any) -> str:
    """What people read of a page."""
    body = page.content.decode().partition("<body>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


def test_no_page_tells_a_name_a_path_or_a_value(officers: Officers) -> None:
    browser = officers.person("officer", "*", "W-1")
    auditor = officers.person("auditor", "A")
    values = _values(officers)
    assert len(values) > 20
    for where in SHOWN:
        for one in (browser, auditor):
            answer = one.get(where)
            page = answer.content.decode()
            found = [v for v in (PLANTED, str(officers.folder), *values) if v in page]
            assert not found, where
            assert answer.status_code in (200, 403, 404), (where, answer.status_code)
    for path in (officers.home.path / "console").iterdir():
        kept = path.read_bytes()
        assert not [v for v in (PLANTED, *values) if v.encode() in kept], path.name
    log = officers.home.log.read_text(encoding="utf-8") if officers.home.log.exists() else ""
    assert PLANTED not in log


def _values(officers: Officers) -> set[str]:
    """Names, numbers and addresses of the invented persons."""
    from openpyxl import load_workbook

    book = load_workbook(officers.folder / "store" / "list.xlsx", read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    book.close()
    return {
        str(cell)
        for row in rows[1:]
        for cell in row
        if cell is not None and len(str(cell)) >= 4 and not str(cell).isdigit()
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_speak_one_language(officers: Officers, language: str) -> None:
    browser = officers.person("officer", "A", "W-1")
    browser.post("/language", {"lang": language})
    names = ("Sekisho", "English", "officer", "A", "W", "R", "F", "Excel", "Word", "docx", "xlsx", "HTML", "CSV", "sekisho", "copy", "store", "quick",
             "csv", "xlsx", "inventory", "NO_CONTRACT", "tmpfs", "overlay", "bak", "MB", "home", "py", "toml", "QR", "PDF", "PIN", "LibreOffice")  # fmt: skip
    for where in (
        SHOWN
        if language == "ja"
        else [w for w in SHOWN if w != "/registers" and not w.startswith(("/registers/of", "/forms/preview"))]
    ):  # whose columns are those of the workbook; forms are Japanese
        text = _text(browser.get(where))
        foreign = (
            english_in(text, names)
            if language == "ja"
            else japanese_in(text, ("日本語", "従事者", "住民意向調査", "承諾", "提供資料", "方針"))
        )
        wrong = [word for word in foreign if not re.search(r"[0-9+/=]", word)]
        assert not wrong, (where, wrong)


@pytest.mark.slow
def test_families_show_the_sum_and_only_ones_own(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    page = browser.get("/families").content.decode()
    assert "/families/R-1" in page
    assert "/families/R-2" not in page
    one = browser.get("/families/R-1").content.decode()
    assert "= 超過" in one
    assert browser.get("/families/R-2").status_code == 404
    assert browser.get("/families/R-99").status_code == 404
    assert browser.get("/families/../../etc/passwd").status_code == 404


@pytest.mark.slow
def test_record_is_searched_and_its_check_told(officers: Officers) -> None:
    import time

    browser = officers.person("officer", "A", "W-1")
    browser.get("/today")
    page = browser.get("/record", {"kind": "console_viewed", "user": "W-1"}).content.decode()
    assert "画面の閲覧" in page
    assert "従事者 一" not in page
    assert browser.get("/record", {"kind": "received", "family": "R-2"}).content.decode().count("<tr>") <= 1
    assert browser.get("/record", {"since": "31/02/2026"}).status_code == 409
    assert browser.post("/record/verify").status_code == 302
    for _ in range(100):
        page = browser.get("/record").content.decode()
        if "書かれたときのまま" in page:
            break
        time.sleep(0.1)
    assert "書かれたときのまま" in page


@pytest.mark.slow
def test_a_form_is_made_and_told(officers: Officers) -> None:
    browser = officers.person("preparer", "A", "W-3")
    answer = browser.post("/forms/make", {"form": "7b", "style": "xlsx"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert PLANTED.encode() not in b"".join(_members(answer.content))
    assert "7b" in browser.get("/forms").content.decode()
    kind, details = officers.entries("report_made")[-1]
    assert (kind, json.loads(details)["form"]) == ("report_made", "7b")
    for given in ({"form": "../../x"}, {"form": "11a"}, {}):
        assert browser.post("/forms/make", given).status_code == 404
    assert browser.post("/forms/make", {"form": "3", "month": "the last"}).status_code == 409
    assert officers.person("auditor", "A").post("/forms/make", {"form": "7b"}).status_code == 403


def _members(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [package.read(name) for name in package.namelist()]


@pytest.mark.slow
def test_registers_go_down_and_come_back_as_changes(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    answer = browser.get("/registers/workbook")
    assert b"".join(_members(answer.content)).find("従事者 九".encode()) < 0, "of another contract"
    changed = _changed(answer.content, "従事者 三", "従事者 参")
    page = browser.post("/registers/take", {"workbook": _file(changed)})
    text = page.content.decode()
    assert "従事者 参" in text
    assert "住民意向調査" in officers.folder.joinpath("policy.toml").read_text(encoding="utf-8")
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found
    stranger = officers.person("officer", "*", "W-2")
    assert stranger.post("/registers/save", {"token": found[1]}).status_code == 404, "not theirs; and it is gone now"
    text = browser.post("/registers/take", {"workbook": _file(changed)}).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', text)
    assert token
    assert browser.post("/registers/save", {"token": token[1]}).status_code == 302
    policy = load(officers.folder / "policy.toml")
    assert [w.name for w in policy.contract[0].worker] == ["従事者 一", "従事者 二", "従事者 参"]
    assert policy.contract[1].id == "B", "of another contract, as it was"
    assert (officers.folder / "policy.toml.bak").exists()
    assert officers.entries("policy_saved")
    assert browser.post("/registers/save", {"token": token[1]}).status_code == 404, "once"
    assert (
        officers.person("preparer", "A", "W-3").post("/registers/take", {"workbook": _file(changed)}).status_code == 403
    )


def _file(data: bytes, name: str = "registers.xlsx") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, data)


def _changed(data: bytes, old: str, new: str) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == old:
                    cell.value = new
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


def _bomb(name: str, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, b"<a>" * (size // 3))
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no workbook",
        b"PK\x03\x04broken",
        _bomb("../../../../tmp/slipped", 100),
        _bomb("[Content_Types].xml", 20_000_000),
    ],
    ids=["empty", "text", "broken", "slip", "bomb"],
)
def test_hostile_uploads_are_refused(officers: Officers, data: bytes, tmp_path: Path) -> None:
    browser = officers.person("officer", "A", "W-1")
    before = (officers.folder / "policy.toml").read_bytes()
    answer = browser.post("/registers/take", {"workbook": _file(data, "../../x.xlsx")})
    assert answer.status_code in (400, 409)
    assert browser.post("/registers/take", {}).status_code == 409
    assert (officers.folder / "policy.toml").read_bytes() == before
    assert not list(officers.folder.rglob("slipped"))


@pytest.mark.slow
def test_a_workbook_is_read_as_by_the_command(officers: Officers, tmp_path: Path) -> None:
    """In its own process, and with the same faults."""
    policy = load(officers.folder / "policy.toml")
    export(policy, tmp_path / "all.xlsx")
    assert workbooks.changes(policy, workbooks.read((tmp_path / "all.xlsx").read_bytes())) == []
    bad = _changed((tmp_path / "all.xlsx").read_bytes(), "従事者 二", "")
    with pytest.raises(RegistersError) as refused:
        workbooks.read(bad)
    assert refused.value.faults
    with pytest.raises(RegistersError):
        workbooks.merged(policy, policy.model_copy(update={"contract": ()}), "A")


def test_a_list_of_one_kind_leads_to_points_of_that_kind(officers: Officers) -> None:
    """Also where the file has a more urgent one."""
    browser = officers.person("officer", "A", "W-1")
    for code, number in officers.points().items():
        listed = re.findall(r'href="/points/([0-9]+)"', browser.get("/points", {"code": code}).content.decode())
        assert str(number) in listed, code
        for one in listed:
            assert f"{code} · {one}" in browser.get(f"/points/{one}").content.decode()


def test_the_page_that_verifies_a_pack_is_anybodys(officers: Officers) -> None:
    auditor = officers.person("auditor", "A")
    assert auditor.get("/pack/verifier").status_code == 200
    assert auditor.post("/jobs/ask/pack").status_code == 403


def test_people_come_by_links_and_nobody_rises_alone(officers: Officers) -> None:
    officer = officers.person("officer", "A", "W-1")
    for given, code in (
        ({"contract": "B", "role": "worker"}, 404), ({"contract": "*", "role": "officer"}, 404), ({"contract": "A", "role": "root"}, 404),
        ({"contract": "A", "role": "worker", "worker": "W-9"}, 409), ({"contract": "A", "role": "auditor"}, 409),
        ({"contract": "A", "role": "worker"}, 409), ({"contract": "A", "role": "worker", "worker": "W-3"}, 200),
    ):  # fmt: skip
        answer = officer.post("/people/invite", given)
        assert answer.status_code == code, given
    page = answer.content.decode()
    link = re.search(r"http://localhost(/start/[\w-]+)", page)
    assert link
    assert link[1] not in officer.get("/people").content.decode(), "shown once"
    given = {
        "username": "third",
        "password": PASSWORD,
        "again": PASSWORD,
        "worker": "W-1",
        "role": "officer",
        "contract": "*",
    }
    newcomer = officers.client()
    assert newcomer.post(link[1], given).status_code == 302
    mine = newcomer.get("/me").content.decode()
    assert "W-3" in mine, "as the link says, whatever the form does"
    assert newcomer.get("/people").status_code == 403
    from scanner.console.accounts.models import Membership

    (own,) = Membership.objects.filter(user__username="third")
    assert (own.contract, own.role, own.worker) == ("A", "worker", "W-3")
    other = officers.person("officer", "B", "W-9")
    assert other.post(f"/people/{own.pk}", {"role": "officer"}).status_code == 404
    assert officer.post(f"/people/{own.pk}", {"remove": "1"}).status_code == 302
    assert newcomer.get("/today").status_code in (302, 404)
    me = Membership.objects.get(role="officer", contract="A")
    assert officer.post(f"/people/{me.pk}", {"role": "worker"}).status_code == 409
    assert [json.loads(d)["what"] for _, d in officers.entries("console_account") if "what" in json.loads(d)] == [
        "invited",
        "removed",
    ]


def test_the_matrix_is_the_table(officers: Officers) -> None:
    page = officers.person("worker", "A", "W-3").get("/matrix").content.decode()
    assert page.count('<th scope="row">') >= len(WAY)
