"""What docs/extending.md shows works from outside: a package beside Sekisho, in an environment of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "tests/plugin"
POLICY = """[[contract]]
id = "A"
title = "業務"
[[contract.place]]
id = "P1"
kind = "storage"
path = "{place}"
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that sees all that this one does, and the package."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    made = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    where = "import site; print(site.getsitepackages()[-1])"
    site = subprocess.run([made, "-c", where], check=True, capture_output=True, text=True).stdout.strip()
    seen = [str(ROOT), *(p for p in sys.path if p.endswith("-packages")), str(folder / "plugin")]
    Path(site, "seen.pth").write_text("\n".join(seen), encoding="utf-8")
    shutil.copytree(PACKAGE, folder / "plugin")
    return made


_CODE = """
CODES = {{"{code}": {{"ja": "別", "en": "other", "article": {article}, "means": ("a", "b"), "todo": ("a", "b")}}}}
duties = list
"""
_IDENTIFIER = """
from detectors.identifiers.pattern import PatternSpec
SPECS = [PatternSpec(family="F", entity="{entity}", pattern="{pattern}", alone=0.1)]
"""
_FORMAT = """
from scanner.extract.format import Format
FORM = Format("bad", "broken_module:extract", magics=(b"BAD",))
"""
_FORM = """
from scanner.report.forms.spec import FormSpec
from scanner.report.paper.kinds import Register
FORM = FormSpec("{number}", "別の表", "another", "nowhere:build", alias="{alias}", paper=Register())
"""


def run(python: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-m", "scanner.cli.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=240, check=False)


def test_an_identifier_a_format_a_code_and_a_form_from_outside(python: Path, tmp_path: Path) -> None:
    (tmp_path / "tmp-1").mkdir()
    (tmp_path / "tmp-1/a.cards").write_text("CARDS1\n氏名|貸出券番号\n山田太郎|L26004512\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("請求記号 L26004512", encoding="utf-8")
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.format(place=(tmp_path / "agreed").as_posix()), encoding="utf-8")
    home = tmp_path / "home"
    done = run(
        python, "scan", "--home", home, "-p", policy, "--format", "jsonl", tmp_path / "tmp-1", tmp_path / "b.txt"
    )
    assert done.returncode == 1, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    files = {Path(o["path"]).name: o for o in lines if o["type"] == "file"}
    assert {f["entity"] for f in files["a.cards"]["findings"]} == {"EX_LIBRARY_CARD", "PERSON"}
    assert files["a.cards"]["outcome"] == "examined"
    assert files["a.cards"]["media_type"] == "application/x-cards"
    assert files["b.txt"]["findings"] == []
    points = run(python, "--lang", "ja", "points", "--by", "point", "--home", home).stdout
    assert "X01-TEMPORARY" in points
    assert "承諾された場所へ移してください。" in points
    shown = [run(python, "--lang", "ja", "points", "show", n, "--home", home).stdout for n in (1, 2)]
    assert any("一時保存用のフォルダー" in one for one in shown)
    assert "図書館の貸出券番号" in run(python, "--lang", "ja", "scan", "--home", home, "-p", policy, tmp_path).stdout
    assert "X1 媒体種別集計表" in run(python, "--lang", "ja", "report", "--help").stdout
    assert "X1 files by kind" in run(python, "--lang", "en", "report", "--help").stdout.replace("\n  ", " ")
    made = run(python, "report", "種別集計", "--home", home, "-p", policy, "-o", tmp_path / "x.csv")
    assert made.returncode == 0, made.stderr
    assert "application/x-cards,1" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    told = run(
        python, "--lang", "ja", "report", "all", "--contract", "A", "--home", home, "-p", policy, "-o", tmp_path / "f"
    )
    assert "— X1 媒体種別集計表: この契約について" in told.stdout  # it counts what lies in places, and nothing does
    assert run(python, "report", "pack", "--home", home, "-p", policy, "-o", tmp_path / "pack.zip").returncode == 0
    assert "forms/X1.xlsx" in zipfile.ZipFile(tmp_path / "pack.zip").namelist()
    assert re.search(r"\b4 X1\b", run(python, "--lang", "en", "articles", "--home", home, "-p", policy).stdout)
    assert "library_card (sekisho-example 1.0)" in run(python, "doctor", "--home", home).stdout


def test_the_page_shows_each_of_its_files() -> None:
    page = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"```python\n# sekisho_example/(\w+\.py)\n(.*?)```", page, re.DOTALL))
    files = {p.name: p.read_text(encoding="utf-8") for p in (PACKAGE / "sekisho_example").glob("[!_]*.py")}
    assert shown == files


def test_its_code_is_part_of_the_rules(python: Path) -> None:
    told = "from scanner.ruleset.parts import parts; print('\\n'.join(n for n in parts() if n.startswith('plugin ')))"
    names = subprocess.run([python, "-c", told], capture_output=True, text=True, check=True).stdout.split("\n")
    assert names[:2] == [
        "plugin sekisho-example 1.0 sekisho_example.library_card",
        "plugin sekisho-example 1.0 sekisho_example.cards",
    ]


@pytest.mark.parametrize(
    ("group", "code", "kind"),
    [
        ("identifiers", "raise ValueError('山田太郎')", "ValueError"),
        ("identifiers", "ENTITIES = {'PERSON': {'ja': '別', 'en': 'other'}}", "NameTaken"),
        ("duties", "CODES = ()", "AttributeError"),
        ("duties", "CODES = ('X02-A',)\nduties = list", "AttributeError"),
        ("duties", "CODES = {'X02-A': {'ja': '別', 'en': 'other'}}\nduties = list", "TypeError"),
        ("duties", _CODE.format(code="F03-OUTSIDE", article=3), "NameTaken"),
        ("duties", _CODE.format(code="X02-A", article=20), "ValueError"),
        ("formats", "", "AttributeError"),
        ("forms", "", "AttributeError"),
        ("forms", _FORM.format(number="1", alias=""), "NameTaken"),
        ("forms", _FORM.format(number="X2", alias="Status"), "NameTaken"),
        ("forms", _FORM.format(number="../1", alias=""), "ValueError"),
        ("identifiers", "ENTITIES = {'EX_A': {'ja': '別', 'en': 'other', 'no': 1}}", "TypeError"),
        ("identifiers", _IDENTIFIER.format(pattern="[", entity="PERSON"), "SPECS[0].pattern"),
        ("formats", _FORMAT, "reader"),
    ],
)
def test_one_that_cannot_be_used_stops_the_scan(python: Path, tmp_path: Path, group: str, code: str, kind: str) -> None:
    broken = python.parent.parent / "broken"
    about = broken / "broken-2.0.dist-info"
    about.mkdir(parents=True, exist_ok=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 2.0\n")
    (about / "entry_points.txt").write_text(
        f"[sekisho.{group}]\nbad = broken_module{':FORM' if 'FORM =' in code else ''}\n"
    )
    (broken / "broken_module.py").write_text(code, encoding="utf-8")
    seen = next(python.parent.parent.rglob("seen.pth"))
    before = seen.read_text(encoding="utf-8")
    seen.write_text(f"{before}\n{broken}\n", encoding="utf-8")
    try:
        (tmp_path / "a.txt").write_text("電話 03-1234-5678", encoding="utf-8")
        done = run(python, "scan", "--home", tmp_path / "home", tmp_path / "a.txt")
        told = run(python, "doctor", "--home", tmp_path / "home")
    finally:
        seen.write_text(before, encoding="utf-8")
    assert done.returncode == 2
    assert f"bad (of broken) cannot be loaded ({kind})" in done.stderr
    assert "山田" not in done.stderr + done.stdout + told.stdout
    assert "cannot be loaded" in told.stdout
