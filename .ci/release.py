"""Builds what is released, twice, and tries it: ``python .ci/release.py [FOLDER]`` (``make release``; FOLDER: build/release).

Wheel and source distribution are built from the committed tree and compared, the versions of all libraries are locked with their hashes,
the wheel is installed from that lock into an empty environment and does the main job there, and the licences of
everything that came with it are checked. What lies in FOLDER afterwards is the release.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / ("Scripts/uv.exe" if sys.platform == "win32" else "bin/uv")
CYCLONEDX = "cyclonedx-bom==7.2.1"

sys.path.insert(0, str(ROOT / "rollout/windows"))
from licences import copyleft  # noqa: E402  # what is handed on in either way is judged by the same rule

PERMITTED = re.compile(
    r"(?<![a-z])(?:apache|mit|bsd|isc|psf|python software foundation|lgpl(?:v\d)?|lesser general public|mpl(?:v\d)?|mozilla public"
    r"|zlib|unlicense|hpnd|cc0|0bsd|public domain)(?![a-z])",
    re.IGNORECASE,
)
"""Whole words: ``limited`` and ``permitted``, with which every GPL begins, are no MIT."""
KNOWN = {
    "lhafile": "BSD-3-Clause: its metadata names none, its LICENSE file does",
}
"""Distributions whose metadata tells no licence, and where it stands."""


def main() -> int:
    """Make the release; 0 where all of it holds."""
    folder = (Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/release").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    epoch = _output("git", "log", "-1", "--format=%ct")
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch, "again")
        for target in (folder, again):
            _build(target, Path(scratch, target.name), epoch)
        _same(folder, again)
    lock = folder / "requirements.txt"
    _run(UV, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "pyproject.toml", "-o", lock)
    _try(folder, lock)
    _sums(folder)
    print(f"released to {folder}:", *sorted(p.name for p in folder.iterdir()), sep="\n  ")
    return 0


def _build(target: Path, tree: Path, epoch: str) -> None:
    """From what is committed, not from what lies about."""
    tree.mkdir()
    archive = tree.with_suffix(".tar")
    _run("git", "archive", "--format=tar", "-o", archive, "HEAD")
    shutil.unpack_archive(archive, tree, filter="data")
    for language, page in (("en", "docs/man/sekisho.1"), ("ja", "docs/man/ja/sekisho.1")):
        _run(sys.executable, "-m", "scanner.cli.reference", language, tree / page)
    _run(UV, "build", "--quiet", "--out-dir", target, tree, env={"SOURCE_DATE_EPOCH": epoch})
    Path(target, ".gitignore").unlink(missing_ok=True)


def _same(one: Path, other: Path) -> None:
    differing = [p.name for p in sorted(one.iterdir()) if _digest(p) != _digest(other / p.name)]
    if differing:
        sys.exit(f"built twice, and not the same: {', '.join(differing)}")


def _try(folder: Path, lock: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        environment, office = Path(scratch, "env"), Path(scratch, "office")
        _run(UV, "venv", "--quiet", environment)
        python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        install = (UV, "pip", "install", "--quiet", "--python", python)
        _run(*install, "--require-hashes", "-r", lock)
        _run(*install, "--no-deps", *folder.glob("*.whl"))
        _run(UV, "pip", "check", "--quiet", "--python", python)
        sekisho = python.with_name("sekisho")
        home = {"SEKISHO_HOME": str(Path(scratch, "home")), "SEKISHO_LANG": "en"}
        _run(sekisho, "--help", env=home, cwd=scratch)
        _run(sekisho, "demo", office, env=home, cwd=scratch)
        done = _run(
            sekisho,
            "scan",
            "-p",
            office / "policy.toml",
            "--format",
            "jsonl",
            office,
            env=home,
            cwd=scratch,
            codes=(1,),
        )
        summary = json.loads(done.splitlines()[-1])
        if summary["points"] != {"F03-OUTSIDE": 13}:
            sys.exit(f"the sample office is judged otherwise: {summary}")
        _licences(python)
        sbom = folder / "sbom.cdx.json"
        _run(UV, "tool", "run", "--quiet", "--from", CYCLONEDX, "cyclonedx-py", "environment", python, "-o", sbom)
        _whole(sbom, python)


def _whole(sbom: Path, python: Path) -> None:
    """The list of parts names everything that is installed, in its version, and nothing else."""
    told = "import importlib.metadata as m, json; print(json.dumps([[d.name, d.version] for d in m.distributions()]))"
    installed = {(_plain(name), version) for name, version in json.loads(_output(python, "-c", told))}
    listed = {(_plain(c["name"]), c["version"]) for c in json.loads(sbom.read_text(encoding="utf-8"))["components"]}
    differing = installed ^ listed
    if differing:
        sys.exit("the SBOM is not what is installed: " + ", ".join(sorted(f"{n} {v}" for n, v in differing)))


def _plain(name: str) -> str:
    """A name as packages are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def permitted(fields: list[tuple[str, str]]) -> bool:
    """Whether a distribution with these fields of its metadata may be part of the release: by its expression, else by its
    first line or any of its classifiers."""
    expressions = [value for name, value in fields if name == "License-Expression" and value.strip()]
    lines = [value.strip().split("\n")[0] for name, value in fields if name == "License"]
    classes = [
        value.split("::")[-1] for name, value in fields if name == "Classifier" and value.startswith("License ::")
    ]
    return any(PERMITTED.search(told) and not copyleft(told) for told in expressions or [*lines, *classes])


def _licences(python: Path) -> None:
    asked = """
import importlib.metadata as m, json
names = ("License-Expression", "License", "Classifier")
print(json.dumps({d.name: [(n, v) for n in names for v in d.metadata.get_all(n) or ()] for d in m.distributions()}))
"""
    found = json.loads(_output(python, "-c", asked))
    unknown = sorted(n for n, fields in found.items() if n not in KNOWN and not permitted([(k, v) for k, v in fields]))
    if unknown:
        sys.exit("licences that are not among the permitted: " + ", ".join(unknown))


def _sums(folder: Path) -> None:
    lines = [f"{_digest(path)}  {path.name}\n" for path in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii", newline="\n")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def _run(
    *command: str | Path, env: dict[str, str] | None = None, cwd: str | Path = ROOT, codes: tuple[int, ...] = (0,)
) -> str:
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", env={**os.environ, **(env or {})}, cwd=cwd, check=False
    )
    if done.returncode not in codes:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
