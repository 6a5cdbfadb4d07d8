"""The inspection pack as it leaves the program: complete, signed, verified without the program, and refused once it was changed."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from scanner.report.forms.registry import FORMS
from scanner.report.pack.verifier import checking, container, joined, telling
from scanner.report.pack.verifier.notes import checkpoint, fingerprint, note
from scanner.tlog.note import parse_vkey
from tests.conftest import Sekisho
from tests.scanner.failing import old_inventory
from tests.scanner.world import table

POLICY = "".join(
    f'[[contract]]\nid = "{number}"\ntitle = "{title}調査"\nentruster = "{title}市"\n'
    f'[[contract.party]]\nid = "P-{n}"\nkind = "contractor"\nname = "架空データ株式会社"\n'
    f'[[contract.place]]\nid = "s{n}"\nkind = "storage"\npath = "{n}"\n'
    for n, (number, title) in enumerate((("K-1", "甲"), ("二", "乙")), 1)
)
Run = Callable[..., str]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pack")]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, command: list[str]) -> tuple[Path, Run]:
    """Two contracts (one whose number is not ASCII), a copy of each where it should not be, one scan."""
    folder = tmp_path_factory.mktemp("packing")
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")

    def run(*words: object, policy: bool = True, code: tuple[int, ...] = (0, 1, 3)) -> str:
        rules = ["-p", str(folder / "policy.toml")] if policy else []
        done = subprocess.run(
            [*command, *map(str, words), "--home", str(folder / "home"), *rules],
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode in code, done.stderr
        return done.stdout + done.stderr

    for n, contract in enumerate(("K-1", "二"), 1):
        (folder / str(n)).mkdir()
        (folder / str(n) / "名簿.xlsx").write_bytes(table(6, 400 + n))
        run("receive", folder / str(n) / "名簿.xlsx", "--contract", contract)
    (folder / "elsewhere").mkdir()
    for n in (1, 2):
        shutil.copy(folder / str(n) / "名簿.xlsx", folder / f"elsewhere/写し{n}.xlsx")
    run("scan", folder / "1", folder / "2", folder / "elsewhere", "--depth", "quick")
    return folder, run


@pytest.fixture(scope="module")
def whole(office: tuple[Path, Run]) -> Path:
    """The pack of all contracts, as a zip."""
    folder, run = office
    run("report", "pack", "-o", folder / "all.zip")
    return folder / "all.zip"


@pytest.fixture(scope="module")
def one(office: tuple[Path, Run], whole: Path) -> Path:
    """The pack of one contract, made after that of all, as a folder."""
    folder, run = office
    run("report", "pack", "--contract", "K-1", "-o", folder / "one")
    return folder / "one"


def vkey(folder: Path) -> str:
    """The key as it is handed over: the record names it."""
    with closing(sqlite3.connect(folder / "home/inventory.db")) as db, db:
        found = db.execute("select details from ledger where kind = 'log_key' order by seq desc").fetchone()
    return str(json.loads(found[0])["vkey"])


def files_of(path: Path) -> dict[str, bytes]:
    """What lies in a pack."""
    found = container.folder(str(path)) if path.is_dir() else container.unzipped(path.read_bytes())
    return {name: data() for name, data in found.items()}


def looked_at(files: dict[str, bytes], key: str = "", earlier: bytes = b"") -> checking.Result:
    """What the verifier says."""
    return checking.verify({n: (lambda d=d: d) for n, d in files.items()}, key, earlier)  # type: ignore[misc]


def test_a_pack_agrees_with_the_key_that_was_handed_over(office: tuple[Path, Run], whole: Path, one: Path) -> None:
    folder, _ = office
    assert parse_vkey(vkey(folder)).public
    for path in (whole, one):
        found = looked_at(files_of(path), vkey(folder))
        assert found.reasons == []
        assert found.older == 0
        about = found.manifest
        assert about["contractor"] == "架空データ株式会社"
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", about["day"])
        assert re.fullmatch(r"20\d\d-.*Z", about["made"])
        contracts = {c["id"]: c["entruster"] for c in about["contracts"]}
        assert contracts == ({"K-1": "甲市", "二": "乙市"} if path == whole else {"K-1": "甲市"})
        assert all(f["title"] for f in about["files"])
    other = "x" + vkey(folder)[1:]
    assert [code for code, _ in looked_at(files_of(whole), other).reasons] == ["handed_form"]


def test_the_verifiers_in_a_pack_are_those_of_the_program(office: tuple[Path, Run], one: Path, whole: Path) -> None:
    folder, run = office
    for name, made in (("verify.html", joined.page()), ("verify_record.py", joined.program())):
        assert files_of(one)[name] == made
        said = run("report", "verifier", "-o", folder / f"handed-{name}")
        assert vkey(folder) in said
        assert fingerprint(vkey(folder)) in said.replace(" ", "")
        assert (folder / f"handed-{name}").read_bytes() == made
    for path in (one, whole):
        words = [sys.executable, "-I", str(folder / "handed-verify_record.py"), str(path), "--key", vkey(folder)]
        done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "○ 一致" in done.stdout


def test_every_form_is_in_the_pack_or_named_with_the_reason(one: Path, whole: Path) -> None:
    for path, more in ((one, ["-K-1"]), (whole, ["-1", "-2"])):
        files = files_of(path)
        index = files["index.html"].decode()
        for number in FORMS:
            if number.startswith("11"):
                continue
            names = [f"forms/{number}{ending}.xlsx" for ending in ("", *more)]
            assert any(name in files for name in names) or f"帳票{number}(" in index, number
        assert "実地調査資料一式" in index
        assert "形による決定" in index
        assert index.index("形による決定") < index.index("forms/1.xlsx")


def _text(files: dict[str, bytes]) -> str:
    """Everything that stands in a pack, workbooks unpacked."""
    parts = []
    for name, data in files.items():
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                parts += [html.unescape(book.read(n).decode()) for n in book.namelist() if n.endswith(".xml")]
        else:
            parts.append(data.decode("utf-8"))
    return "\n".join(parts)


def test_a_pack_for_one_entruster_says_nothing_of_another_and_no_names(one: Path, whole: Path) -> None:
    text = _text(files_of(one))
    assert "甲調査" in text
    assert not [word for word in ("乙調査", "乙市", "R-2", '"二"', "2/s2") if word in text]
    for path in (one, whole):
        text = _text(files_of(path))
        assert "▒▒▒▒.xlsx" in text
        assert not [word for word in ("名簿.xlsx", "写し1", "写し2") if word in text]


def test_each_line_that_cites_an_entry_has_its_proof(one: Path, whole: Path) -> None:
    for path in (one, whole):
        files = files_of(path)
        proved = {json.loads(line)["entry"] for line in files[checking.ENTRIES].splitlines()}
        cited = {c["path"]: set(c["entries"]) for c in map(json.loads, files[checking.CITATIONS].splitlines())}
        assert set(cited) == {name for name in files if name.startswith("forms/")}  # nobody has decided anything
        assert all(numbers and numbers <= proved for numbers in cited.values())
        sheet = openpyxl.load_workbook(io.BytesIO(files["forms/18.xlsx"])).active
        assert sheet is not None
        rows = [[c.value for c in row] for row in sheet.iter_rows()]
        head = next(i for i, row in enumerate(rows) if "記録番号" in row)
        at = rows[head].index("記録番号")
        told = {int(n) for row in rows[head + 1 :] if row[at] for n in re.findall(r"\d+", str(row[at]))}
        assert told
        assert told <= cited["forms/18.xlsx"]


def test_rows_deleted_from_a_form_are_noticed(one: Path, office: tuple[Path, Run]) -> None:
    files = files_of(one)
    book = openpyxl.load_workbook(io.BytesIO(files["forms/18.xlsx"]))
    assert book.active is not None
    book.active.delete_rows(book.active.max_row)
    out = io.BytesIO()
    book.save(out)
    found = looked_at({**files, "forms/18.xlsx": out.getvalue()}, vkey(office[0]))
    assert found.reasons == [("changed", "forms/18.xlsx")]


def test_every_file_of_a_pack_counts(one: Path, office: tuple[Path, Run]) -> None:
    files, key = files_of(one), vkey(office[0])
    for name, data in files.items():
        less = {k: v for k, v in files.items() if k != name}
        for changed in (less, {**files, name: data[:-1]}, {**less, name + "x": data}, {**files, name: data + b" "}):
            assert looked_at(changed, key).reasons, name


def test_a_later_pack_goes_on_from_an_earlier_one(one: Path, whole: Path, office: tuple[Path, Run]) -> None:
    folder, run = office
    key = vkey(folder)
    earlier = looked_at(files_of(whole)).manifest["checkpoint"].encode()
    assert looked_at(files_of(one), key, earlier).reasons == []
    later = looked_at(files_of(one)).manifest["checkpoint"].encode()
    assert looked_at(files_of(whole), key, later).reasons == [("handed_newer", "")]
    size = checkpoint(note(earlier)[0])[1]
    made = [
        e["details"]
        for e in map(
            json.loads, run("ledger", "show", "--kind", "report_made", "--format", "jsonl", policy=False).splitlines()
        )
    ]
    packs = [d for d in made if d["form"] == "14"]
    assert packs[0]["size"] == size
    assert packs[0]["manifest"] == hashlib.sha256(files_of(whole)[checking.MANIFEST]).hexdigest()
    assert packs[1]["manifest"] == hashlib.sha256(files_of(one)[checking.MANIFEST]).hexdigest()
    assert run("ledger", "verify", policy=False, code=(0,))


def test_a_pack_is_written_into_an_empty_place_only(one: Path, office: tuple[Path, Run]) -> None:
    _, run = office
    before = files_of(one)
    assert str(one) in run("report", "pack", "--contract", "K-1", "-o", one, code=(2,))
    assert files_of(one) == before


def test_a_record_that_is_older_than_its_tree_is_packed_too(sekisho: Sekisho, tmp_path: Path) -> None:
    """The entries of earlier versions are named as what they are: in the record as a whole, none with a proof of its own."""
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    old_inventory(home / "inventory.db")
    (tmp_path / "empty").mkdir()
    assert sekisho("scan", tmp_path / "empty", "--depth", "quick", "--home", home).code == 0
    done = sekisho("report", "pack", "--home", home, "-o", tmp_path / "pack.zip")
    assert done.code == 0, done.err
    found = looked_at(files_of(tmp_path / "pack.zip"), vkey(tmp_path))
    assert found.reasons == []
    assert found.older == 3
    assert any("older" in line or "旧い" in line for line in telling.told(found))
