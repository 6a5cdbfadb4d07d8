"""The parts of the build of the package for Windows that decide something: licences, sums, long paths, the same zip twice."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from scanner.service.interface import ServiceError
from scanner.service.tree import bring

ROOT = Path(__file__).resolve().parent.parent.parent
before = sys.path[:]
sys.path[:0] = [str(ROOT / "rollout" / "windows"), str(ROOT / ".ci")]
try:
    licences: Any = importlib.import_module("licences")
    tree: Any = importlib.import_module("tree")
    release: Any = importlib.import_module("release")
finally:
    sys.path[:] = before

LICENCES = [
    ("MIT", False),
    ("LGPL-2.1-or-later", False),
    ("GNU Lesser General Public License v3", False),
    ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
    ("GPL-3.0-with-GCC-exception", False),
    ("GPL-2.0-only OR MIT", False),
    ("GPL-3.0-or-later", True),
    ("GNU General Public License v2 (GPLv2)", True),
    ("AGPL-3.0-only", True),
    ("GPLv2", True),
    ("GPL-2.0 OR AGPL-3.0", True),
]


@pytest.mark.parametrize(("licence", "refused"), LICENCES)
def test_what_may_be_handed_on(licence: str, refused: bool) -> None:
    assert licences.copyleft(licence) is refused


GPL = "GNU GENERAL PUBLIC LICENSE\nEveryone is permitted to copy and distribute verbatim copies, without limit."


@pytest.mark.parametrize(
    ("fields", "permitted"),
    [
        ([("License-Expression", "MIT")], True),
        ([("License-Expression", "MPL-2.0 AND (Apache-2.0 OR MIT)")], True),
        ([("License", "Dual License"), ("Classifier", "License :: OSI Approved :: BSD License")], True),
        ([("License", "LGPLv3+")], True),
        ([("License", GPL)], False),
        ([("License-Expression", "GPL-3.0-only"), ("License", "MIT")], False),
        ([("License", "Commercial, limited")], False),
        ([("Classifier", "License :: OSI Approved :: GNU Affero General Public License v3")], False),
        ([("Classifier", "Topic :: MIT")], False),
        ([], False),
    ],
)
def test_what_may_be_part_of_a_release(fields: list[tuple[str, str]], permitted: bool) -> None:
    assert release.permitted(fields) is permitted


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ([("License-Expression", "MIT"), ("License", "x")], "MIT"),
        ([("License", "BSD")], "BSD"),
        ([("License", "UNKNOWN"), ("Classifier", "License :: OSI Approved :: MIT License")], "MIT License"),
        ([("License", "Copyright\n someone"), ("Classifier", "License :: OSI Approved :: ISC License")], "ISC License"),
        ([("Classifier", "License :: OSI Approved")], ""),
    ],
)
def test_licence_that_a_part_tells(fields: list[tuple[str, str]], told: str) -> None:
    metadata = Message()
    for name, value in fields:
        metadata[name] = value
    assert licences.told(metadata) == told


def part(folder: Path, name: str, licence: str, text: str | None) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n{licence}\n", encoding="utf-8")
    if text:
        (info / "licenses").mkdir()
        (info / "licenses" / "LICENSE").write_text(text, encoding="utf-8")


def test_parts_with_their_texts_and_refusals(tmp_path: Path) -> None:
    part(tmp_path / "good", "a", "License: MIT", "text of a")
    part(tmp_path / "good", "b", "", "text of b")
    found = licences.of(tmp_path / "good")
    assert [p.licence for p in found] == ["MIT", "see its text"]
    licences.collect(found, tmp_path / "LICENSES", {})
    assert (tmp_path / "LICENSES" / "a.txt").read_text(encoding="utf-8") == "text of a"
    assert "b 1.0" in (tmp_path / "LICENSES" / "PARTS.txt").read_text(encoding="utf-8")
    part(tmp_path / "bad", "c", "License-Expression: GPL-3.0-only", "text")
    part(tmp_path / "bad", "d", "", None)
    with pytest.raises(licences.Refused, match=r"c: GPL-3\.0-only; d: no licence"):
        licences.of(tmp_path / "bad")


def test_sums_are_those_that_the_setup_compares(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    (folder / "runtime").mkdir(parents=True)
    (folder / "runtime" / "名前 1.txt").write_text("x", encoding="utf-8")
    (folder / "a.exe").write_bytes(b"MZ")
    tree.sums(folder)
    bring(folder, tmp_path / "there")
    (folder / "a.exe").write_bytes(b"MZ2")
    with pytest.raises(ServiceError, match="package_damaged"):
        bring(folder, tmp_path / "other")


def test_same_files_make_the_same_zip(tmp_path: Path) -> None:
    digests: list[str] = []
    for name in ("one", "two"):
        folder = tmp_path / name / "package"
        (folder / "b").mkdir(parents=True)
        for path in ("z.txt", "b/a.txt"):
            (folder / path).write_text(path, encoding="utf-8")
            os.utime(folder / path, (len(digests) * 1000, len(digests) * 1000))
        digests.append(tree.packed(folder, tmp_path / f"{name}.zip", (2026, 1, 1, 0, 0, 0)))
    assert digests[0] == digests[1]


def test_long_paths_are_found(tmp_path: Path) -> None:
    name = "d" * 200
    (tmp_path / name).mkdir()
    (tmp_path / name / "short").touch()
    (tmp_path / name / ("f" * 60)).touch()
    assert [p.name for p in tree.too_long(tmp_path)] == ["f" * 60]


def test_runtime_hears_nothing_of_the_machine(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("python.exe", "Lib/os.py", "Lib/tkinter/x.py", "include/Python.h", "Lib/site-packages/pip/x.py"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).touch()
    tree.bring_runtime(source, tmp_path / "runtime")
    found = {p.as_posix() for p in tree.files_of(tmp_path / "runtime")}
    assert found == {"python.exe", "Lib/os.py", tree.PATHS_FILE}


def test_build_says_how_it_is_signed() -> None:
    build = ROOT / "rollout" / "windows" / "build.py"
    done = subprocess.run([sys.executable, str(build), "--key", "k.pem"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--certificate" in done.stderr
