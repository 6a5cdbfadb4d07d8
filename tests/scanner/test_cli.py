"""The program as a user meets it: help, exit codes, one clear sentence for each wrong use."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from scanner.cli.main import COMMANDS
from tests.conftest import ROOT, Sekisho

HEAVY = ("spacy", "presidio_analyzer", "numpy", "ginza")


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["report", "overview"], ["scan", "--help"], ["points"]])
def test_quick_commands_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom scanner.cli import main\nsys.argv = ['sekisho', *sys.argv[1:]]\n"
        "try:\n    main.main()\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)\n"
    )
    (tmp_path / "f.txt").write_text("電話 03-1234-5678", encoding="utf-8")
    env = {**os.environ, "SEKISHO_HOME": str(tmp_path / "home"), "PYTHONUTF8": "1"}
    subprocess.run(
        [sys.executable, "-m", "scanner.cli.main", "scan", "--depth", "quick", str(tmp_path / "f.txt")],
        env=env,
        check=True,
        capture_output=True,
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_command_has_help_with_an_example(language: str) -> None:
    code = (
        "import sys\nfrom scanner.cli import main\n"
        "for name in main.COMMANDS:\n    sys.argv = ['sekisho', '--lang', sys.argv[2], name, '--help']\n"
        "    try:\n        main.main()\n    except SystemExit as end:\n        print(f'\\x1e{name} {end.code}\\x1e')\n"
    )
    env = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, "--lang", language], env=env, capture_output=True, encoding="utf-8", check=True
    )
    told = done.stdout.split("\x1e")
    assert told[1::2] == [f"{name} 0" for name in COMMANDS]
    example = "例:" if language == "ja" else "Example"
    assert [end for text, end in zip(told[::2], told[1::2], strict=False) if example not in text] == []


def test_catalogues_have_the_same_keys_and_fields() -> None:
    import re

    tables = [
        tomllib.loads((ROOT / "config" / "messages" / f"{n}.toml").read_text(encoding="utf-8")) for n in ("ja", "en")
    ]
    flat = [{f"{s}.{k}": v for s, e in t.items() for k, v in e.items()} for t in tables]
    assert flat[0].keys() == flat[1].keys()
    for key in flat[0]:
        assert sorted(re.findall(r"{(\w+)", flat[0][key])) == sorted(re.findall(r"{(\w+)", flat[1][key])), key


def test_no_text_doubles_the_marks_of_a_path_of_windows() -> None:
    for language in ("ja", "en"):
        text = (ROOT / "config" / "messages" / f"{language}.toml").read_text(encoding="utf-8")
        assert not [line for line in text.splitlines() if "path!r" in line]


def test_catalogue_covers_every_code() -> None:
    from detectors.presidio import reported_entities
    from scanner.entities import entities
    from scanner.messages import t
    from scanner.model import Ground, Reason, VerdictKind

    for reason in Reason:
        assert t(f"reason.{reason}")
        assert t(f"advice.{reason}")
    for verdict in VerdictKind:
        assert t(f"verdict.{verdict}")
    for ground in Ground:
        assert t(f"ground.{ground}")
    for entity in reported_entities():
        assert entities()[entity].word


def test_no_wording_that_accuses() -> None:
    text = (ROOT / "config" / "messages" / "ja.toml").read_text(encoding="utf-8")
    for word in ("犯人", "復元不可能", "容疑"):
        assert word not in text
    assert text.count("違反") == text.count("違反の判断ではありません")


def test_missing_path(sekisho: Sekisho) -> None:
    missing = os.path.abspath("/no/such/path")
    result = sekisho("scan", missing)
    assert (result.code, result.out) == (2, "")
    assert f"'{missing}'" in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_unknown_command_and_option(sekisho: Sekisho) -> None:
    result = sekisho("scann")
    assert result.code == 2
    assert "'scan'" in result.err
    assert sekisho("scan", "--frobnicate", "/tmp").code == 2


def test_unknown_form_and_report_before_any_scan(sekisho: Sekisho, tmp_path: Path) -> None:
    assert "overview" in sekisho("report", "overveiw").err
    result = sekisho("report", "overview")
    assert result.code == 2
    assert "sekisho scan" in result.err
    assert sekisho("status").code == 2


def test_newer_database_is_left_alone(sekisho: Sekisho, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "f.txt").write_text("x")
    assert sekisho("scan", "--home", home, tmp_path / "f.txt").code == 0
    connection = sqlite3.connect(home / "inventory.db")
    connection.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('inventory', 'm999_future', '2030-01-01')"
    )
    connection.commit()
    connection.close()
    for arguments in (("scan", "--home", home, tmp_path / "f.txt"), ("status", "--home", home)):
        result = sekisho(*arguments)
        assert result.code == 2
        assert "m999_future" in result.err


def test_state_folder_that_cannot_be_written(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("x")
    (tmp_path / "file").write_text("not a folder")
    result = sekisho("scan", "--home", tmp_path / "file", tmp_path / "f.txt")
    assert result.code == 2
    assert "--home" in result.err


@pytest.mark.posix("os.geteuid")
def test_state_folder_where_nobody_may_write(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("x")
    if os.geteuid() == 0:
        result = sekisho("scan", "--home", "/proc/sekisho", tmp_path / "f.txt")
    else:
        (tmp_path / "ro").mkdir(mode=0o500)
        result = sekisho("scan", "--home", tmp_path / "ro" / "h", tmp_path / "f.txt")
    assert result.code == 2
    assert "--home" in result.err


def test_damaged_database(sekisho: Sekisho, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "inventory.db").write_bytes(b"this is not a database at all" * 100)
    (tmp_path / "f.txt").write_text("x")
    result = sekisho("scan", "--home", home, tmp_path / "f.txt")
    assert result.code == 4
    assert "damaged" in result.err


@pytest.mark.posix("os.chmod")
def test_rights_of_the_state(sekisho: Sekisho, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "f.txt").write_text("x")
    sekisho("scan", "--home", home, tmp_path / "f.txt")
    assert (home / "inventory.db").stat().st_mode & 0o777 == 0o600
    assert (home / "sekisho.log").stat().st_mode & 0o777 == 0o600
    assert (home / "keys").stat().st_mode & 0o777 == 0o700
    assert (home / "keys" / "installation.key").stat().st_mode & 0o777 == 0o600


def test_exit_codes(sekisho: Sekisho, tmp_path: Path) -> None:
    clean, gap = tmp_path / "clean.txt", tmp_path / "gap.dwg"
    clean.write_text("本日は晴天なり")
    gap.write_bytes(b"AC1032" + bytes(200))
    assert sekisho("scan", clean).code == 0
    assert sekisho("scan", gap).code == 3
    assert sekisho("scan", "--allow-gaps", gap).code == 0


def test_formats_agree(sekisho: Sekisho, tmp_path: Path) -> None:
    path = tmp_path / "名簿.csv"
    path.write_text("氏名,電話番号\n山田 太郎,03-1234-5678\n", encoding="utf-8")
    lines = sekisho("scan", "--format", "jsonl", path)
    whole = json.loads(sekisho("scan", "--full", "--format", "json", path).out)
    assert whole["files"] == lines.lines()[:-1]
    table = sekisho("scan", "--format", "csv", path).out
    assert table.startswith("\ufeffpath,")
    assert "PERSON=1 PHONE_NUMBER=1" in table
    assert "名簿.csv" in sekisho("scan", path).out


def test_output_file_is_complete_or_absent(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("x")
    out = tmp_path / "out.jsonl"
    sekisho("scan", "--format", "jsonl", "-o", out, tmp_path / "f.txt")
    assert json.loads(out.read_text().splitlines()[-1])["type"] == "summary"
    for nowhere in (tmp_path / "no" / "dir.txt", tmp_path):
        result = sekisho("scan", "-o", nowhere, tmp_path / "f.txt")
        assert (result.code, "Cannot write" in result.err) == (2, True), result.err


def test_extract_shows_blocks_with_places(sekisho: Sekisho, office: Path) -> None:
    result = sekisho("extract", "--format", "jsonl", office / "共有フォルダ" / "申込者一覧.xlsx")
    items = {o["where"]: o["text"] for o in result.lines()}
    assert items["4月!B1"] == "氏名"
    assert items["説明!A1"] == "この表は申込者の一覧です"
    assert sekisho("extract", office).code == 2
    assert sekisho("extract", office / "調べにくいファイル" / "暗号化名簿.xlsx").code == 3


def test_init_writes_a_valid_commented_policy(sekisho: Sekisho, tmp_path: Path) -> None:
    out = tmp_path / "policy.toml"
    result = sekisho(
        "--lang",
        "ja",
        "init",
        "-y",
        "-o",
        out,
        "--contract",
        "2026-017",
        "--place",
        tmp_path / "置場",
        "--consent",
        "承諾-1",
    )
    assert result.code == 0, result.err
    text = out.read_text(encoding="utf-8")
    assert "#" in text
    assert "承諾-1" in text
    assert sekisho("policy", "check", out).code == 0
    assert sekisho("init", "-y", "-o", out).code == 2


def test_init_asks_when_options_are_missing(sekisho: Sekisho, tmp_path: Path) -> None:
    out = tmp_path / "policy.toml"
    result = sekisho(
        "init",
        "-o",
        out,
        stdin='2026-"9"\n件名\n市\n来月\nR8.4.1\n\n氏名、電話\n責任者\n/srv/x\n/srv/y\n\nn\n'
        "○○市長 様\n株式会社○○\n\n代表取締役\n代表者\n\n03-0000\n",
    )
    assert result.code == 0, result.err
    written = tomllib.loads(out.read_text(encoding="utf-8"))
    contract = written["contract"][0]
    assert contract["id"] == '2026-"9"'
    assert contract["addressee"] == "○○市長 様"
    assert written["contractor"] == {
        "name": "株式会社○○",
        "representative_title": "代表取締役",
        "representative": "代表者",
        "telephone": "03-0000",
    }
    assert (str(contract["starts"]), contract["items"]) == ("2026-04-01", ["氏名", "電話番号"])
    assert [p["path"] for p in contract["place"]] == [os.path.abspath("/srv/x"), os.path.abspath("/srv/y")]


def test_doctor(sekisho: Sekisho) -> None:
    result = sekisho("doctor")
    assert result.code == 0, result.out
    assert "BAD" not in result.out


def test_points_and_status_and_report(sekisho: Sekisho, office: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    sekisho("scan", "--home", home, "-p", office / "policy.toml", office)
    points = sekisho("points", "--home", home, "--format", "jsonl")
    assert points.code == 1
    assert {p["code"] for p in points.lines()} == {"F03-OUTSIDE"}
    status = json.loads(sekisho("status", "--home", home, "--format", "json").out)
    assert status["points"] == {"F03-OUTSIDE": len(points.lines())}
    out = tmp_path / "overview.html"
    assert sekisho("--lang", "ja", "report", "overview", "--home", home, "-o", out).code == 0
    html = out.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "暗号化名簿.xlsx" in html


def test_demo_refuses_a_full_folder(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    assert sekisho("demo", tmp_path).code == 2


def test_no_network_is_used(sekisho: Sekisho, office: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\ndef refuse(*a, **k):\n    raise SystemExit('network')\nsocket.socket.connect = refuse\nsocket.getaddrinfo = refuse\n",
        encoding="utf-8",
    )
    result = sekisho(
        "scan",
        "-p",
        office / "policy.toml",
        "--depth",
        "thorough",
        office / "共有フォルダ" / "面談記録.docx",
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert "network" not in result.err
    assert result.code == 1


def test_sarif_has_results_places_and_notes_without_values(sekisho: Sekisho, office: Path) -> None:
    result = sekisho("scan", "-p", office / "policy.toml", "--format", "sarif", office)
    assert result.code == 1
    document = json.loads(result.out)
    run = document["runs"][0]
    assert document["version"] == "2.1.0"
    assert {r["ruleId"] for r in run["results"]} <= {r["id"] for r in run["tool"]["driver"]["rules"]}
    assert any(r["level"] == "error" and r["locations"][0]["logicalLocations"] for r in run["results"])
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 5
    prints = [r["partialFingerprints"]["sekisho/v1"] for r in run["results"]]
    assert len(set(prints)) > len(prints) * 0.9
    from sarif_pydantic import Sarif

    assert _unknown(Sarif.model_validate(document)) == []


_ALSO = ("$schema", "columnKind", "toolExecutionNotifications")
"""Fields of SARIF 2.1.0 (3.14.17, 3.20.21) that the models lack."""


def _unknown(model: Any) -> list[str]:
    """Fields that the published format does not have; property bags may hold anything."""
    found = [name for name in model.model_extra or {} if name not in _ALSO]
    for name in type(model).model_fields:
        value = getattr(model, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, BaseModel) and name != "properties":
                found += [f"{name}.{inner}" for inner in _unknown(item)]
    return found
