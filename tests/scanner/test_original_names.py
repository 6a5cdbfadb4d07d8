"""名称 of originals on paper, and the office's own list from codes to paths."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.acts import naming
from scanner.acts.issuing import Order, issue
from scanner.acts.receive import Receipt, receive
from scanner.inventory import custody, migrations
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.report.forms.registry import FORMS
from scanner.report.forms.spec import Needs
from tests.scanner.world import World, table

PERSON = "高橋花子"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An original whose file is called by a person's name, a copy of it, a file outside all places and one that is gone."""
    made = World(tmp_path, monkeypatch)
    made.put(f"srv/A/{PERSON}_申請.xlsx", table(9, 41))
    made.receive(f"srv/A/{PERSON}_申請.xlsx", "A")
    made.put(f"desk/{PERSON}_写し.xlsx", (tmp_path / f"srv/A/{PERSON}_申請.xlsx").read_bytes())
    gone = made.put("desk/古い名簿.xlsx", table(5, 42))
    made.scan()
    gone.unlink()
    made.scan()
    return made


def _form(world: World, number: str, style: str = "csv", contract: str = "") -> bytes:
    draft = number in FORMS and FORMS[number].tells_lines  # also where the office has nothing to tell
    asked = {"accept": "従事者一", "accept_why": "別紙"}
    order = Order(number, style, contract, today=world.day, asked=asked, draft=draft)
    return issue(order, world.home, Reader(world.home.database), world.rules, "")


def test_paper_shows_a_neutral_name_and_never_that_of_the_file(world: World) -> None:
    for number, spec in FORMS.items():
        if spec.needs is Needs.INCIDENT:
            continue
        text = _form(world, number, contract="A" if spec.needs is Needs.CONTRACT else "").decode("utf-8-sig")
        assert PERSON not in text, number
        assert ("提供資料1 [" in text) == (number in ("1", "2", "3", "7b", "9c", "10R")), number


def test_the_list_of_paths_knows_every_code_that_any_form_shows(world: World) -> None:
    listed = list(csv.reader(io.StringIO(_form(world, "paths").decode("utf-8-sig"))))
    head = next(n for n, line in enumerate(listed) if line[:1] == ["コード"])
    known = {line[0]: line for line in listed[head + 1 :] if len(line) == len(listed[head])}
    for number, spec in FORMS.items():
        if spec.needs is Needs.INCIDENT:
            continue
        text = _form(world, number, contract="A" if spec.needs is Needs.CONTRACT else "").decode("utf-8-sig")
        assert set(re.findall(r"\[([0-9a-f]{8})\]", text)) <= set(known), number
    paths = {line[-1] for line in known.values()}
    assert {
        str(world.root / f"srv/A/{PERSON}_申請.xlsx"),
        str(world.root / f"desk/{PERSON}_写し.xlsx"),
        str(world.root / "desk/古い名簿.xlsx"),
    } <= paths
    (original,) = (line for line in known.values() if line[3] == "原本")
    assert original[1:3] == ["R-1", "提供資料1"]
    told = (
        world.db()
        .execute("select json_extract(details, '$.form') from ledger where kind = 'report_made' order by seq")
        .fetchall()
    )
    assert told[0] == ("paths",)


@pytest.mark.parametrize("style", ["xlsx", "docx", "html"])
def test_every_page_of_the_list_says_that_it_stays_inside(world: World, style: str) -> None:
    data = _form(world, "paths", style)
    if style == "html":
        text = data.decode()
        rules = re.findall(r"@page [^{]*\{.*?\}\}", text)
        assert rules
        assert all("部外秘" in rule for rule in rules)
        return
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [n for n in package.namelist() if re.search(r"worksheets/sheet|word/footer", n)]
        pages = ["".join(fromstring(package.read(n)).itertext()) for n in names]
    assert pages
    assert all("部外秘" in page for page in pages)


def test_the_list_is_in_no_pack_and_among_no_forms() -> None:
    assert "paths" not in FORMS


def test_a_name_is_given_kept_apart_and_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    for number in range(3):
        world.put(f"srv/A/{number}.xlsx", table(6, 50 + number))

    def get(number: int, **more: str) -> custody.Original:
        receipt = Receipt("A", **more)  # type: ignore[arg-type]
        return receive(bytes(tmp_path / f"srv/A/{number}.xlsx"), receipt, world.home, depth="quick")

    assert get(0, name="健診対象者名簿").name == "健診対象者名簿"
    with pytest.raises(naming.NamingError) as taken:
        get(1, name="健診対象者名簿")
    assert taken.value.code == "taken"
    assert get(1).name == "提供資料1"
    assert get(2, origin="created").name == "作成資料1"
    with Store(world.home.database, only_notes=True) as store, store.transaction() as db:
        naming.rename(db, "r-2", "住民意向調査 回答")
        with pytest.raises(naming.NamingError):
            naming.rename(db, "R-3", "住民意向調査 回答")
        with pytest.raises(naming.NamingError):
            naming.rename(db, "R-9", "資料")
    assert [o.name for o in custody.originals(world.db())] == ["健診対象者名簿", "住民意向調査 回答", "作成資料1"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("山田太郎_申請書", "person"), ("佐藤さんの書類", "person"), ("090-1234-5678 の件", "person"), ("", "empty"), ("　 ", "empty"),
        ("a/b", "path"), ("名簿\n二", "path"), ("名" * 41, "too_long"), ("名\u202e簿", "path"),
    ],
)  # fmt: skip
def test_a_name_that_tells_of_somebody_or_cannot_stand_on_paper_is_refused(name: str, code: str) -> None:
    with pytest.raises(naming.NamingError) as refused:
        naming.checked(name)
    assert refused.value.code == code
    assert not any(part in str(refused.value) + str(refused.value.details) for part in ("山田", "佐藤", "1234"))


def test_originals_of_earlier_versions_get_neutral_names(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrations.steps(db, before="m015_names")
        for contract, origin in (("A", "provided"), ("A", "created"), ("A", "provided"), ("B", "provided")):
            db.execute("insert into originals (contract, origin, path) values (?, ?, ?)", (contract, origin, b"/x"))
        migrations.steps(db)
        names = [name for (name,) in db.execute("select name from originals order by id")]
    assert names == ["提供資料1", "作成資料1", "提供資料2", "提供資料1"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B"]),
            st.sampled_from(sorted(custody.NEUTRAL)),
            st.sampled_from(["", "", "名簿", "提供資料2"]),
        ),
        max_size=8,
    )
)
def test_no_two_originals_of_a_contract_are_called_alike(entries: list[tuple[str, str, str]]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrations.steps(db)
        for contract, origin, name in entries:
            original = custody.Original(
                0, contract, b"/x", b"", "", 0, origin, "", "", "", None, 0, 0, 0, 0, (), "", "", "", 1, -1, name
            )
            custody.add_original(db, original, {})
        made = [(o.contract, o.name) for o in custody.originals(db)]
    assert len(set(made)) == len(made) == len(entries)
    assert all(name for _, name in made)
