"""``make package-windows``: a folder and a zip for Windows that need no Python and no network, made on Linux.

The runtime comes by its hash, the libraries by the versions in ``constraints.txt``; ``runtime\\`` holds both, so that nothing but
``sekisho.exe`` stands in the folder that goes on the search path. ``--certificate`` and ``--key`` sign what is ours.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import licences
import tree
from signing import Signer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "windows"
EXTRAS = ("alerts", "console", "hub", "pst", "smb", "timestamps")
"""What an office can use without a library of the system: terminals, and the one that shows the console or is the hub."""
COMPILER = "x86_64-w64-mingw32-gcc"


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a tool of the build, told by itself. Raises where it fails."""
    kept = {k: v for k, v in os.environ.items() if k != "PIP_FIND_LINKS"}
    subprocess.run([str(c) for c in command], cwd=cwd, env=kept, check=True)


def fresh(name: str, content: str) -> bool:
    """Whether the step ``name`` was done with the same ``content``; if not, what it made is thrown away."""
    stamp = BUILD / f"{name}.stamp"
    if stamp.exists() and stamp.read_text(encoding="ascii") == hashlib.sha256(content.encode()).hexdigest():
        return True
    stamp.unlink(missing_ok=True)
    shutil.rmtree(BUILD / name, ignore_errors=True)
    return False


def done(name: str, content: str) -> None:
    """The step ``name`` is done with ``content``."""
    (BUILD / f"{name}.stamp").write_text(hashlib.sha256(content.encode()).hexdigest(), encoding="ascii")


def bring_parts(project: dict[str, object]) -> None:
    """Runtime and libraries, where they are not there already."""
    pinned = ROOT / ".ci" / "windows-runtime.txt"
    text = pinned.read_text(encoding="utf-8")
    if not fresh("python", text):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        run(*pip, "--target", BUILD / "python", "-r", pinned)
        done("python", text)
    dependencies: list[str] = list(project["dependencies"])  # type: ignore[call-overload]
    optional: dict[str, list[str]] = project["optional-dependencies"]  # type: ignore[assignment]
    wanted = [*dependencies, *(r for extra in EXTRAS for r in optional[extra])]
    constraints = (HERE / "constraints.txt").read_text(encoding="utf-8")
    content = "\n".join(wanted) + constraints + (HERE / "tree.py").read_text(encoding="utf-8")  # says what is pruned
    if not fresh("libraries", content):
        listed = BUILD / "requirements.txt"
        listed.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        install = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--python-version",
            "3.11",
            "--link-mode",
            "copy",
        ]
        install += ["--python-platform", "x86_64-pc-windows-msvc", "--target", str(BUILD / "libraries")]
        run(*install, "-c", HERE / "constraints.txt", "-r", listed)
        tree.prune(BUILD / "libraries")
        done("libraries", content)


def launchers(target: Path, version: str) -> list[Path]:
    """``sekisho.exe`` for consoles."""
    source = BUILD / "version.rc"
    numbers = ",".join([*version.split(".")[:3], "0"])
    source.write_text(
        (HERE / "version.rc").read_text(encoding="utf-8").replace("@NUMBERS@", numbers).replace("@VERSION@", version),
        encoding="utf-8",
    )
    resource = BUILD / "version.o"
    run("x86_64-w64-mingw32-windres", "-c", "65001", source, resource)
    program = target / "sekisho.exe"
    options = [
        "-O2",
        "-s",
        "-municode",
        "-Wall",
        "-Werror",
        "-Wl,--no-insert-timestamp",
        f"-I{BUILD / 'python' / 'include'}",
    ]
    names = ['-DPYTHON_DLL="python311.dll"', '-DMODULE="scanner.cli.main"']
    run(COMPILER, *options, *names, "-o", program, HERE / "launcher.c", resource)
    return [program]


def moment() -> tuple[int, int, int, int, int, int]:
    """Of the zip's entries: that of the commit (or ``SOURCE_DATE_EPOCH``)."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if not given:
        command = ["git", "log", "-1", "--format=%ct"]
        given = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    t = time.gmtime(int(given))
    return t.tm_year, t.tm_mon, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec


def build(signer: Signer | None) -> Path:
    """Make the package; the zip."""
    lacking = [p for p in (COMPILER, "x86_64-w64-mingw32-windres") if shutil.which(p) is None]
    if lacking:
        sys.exit(f"lacks {', '.join(lacking)}: apt-get install gcc-mingw-w64-x86-64-win32")
    BUILD.mkdir(parents=True, exist_ok=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    bring_parts(project)
    target = BUILD / f"sekisho-{version}-windows"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    runtime = target / tree.RUNTIME
    tree.bring_runtime(BUILD / "python", runtime)
    packages = runtime / "Lib" / "site-packages"
    shutil.copytree(BUILD / "libraries", packages)
    shutil.rmtree(BUILD / "own", ignore_errors=True)
    run(sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--out-dir", BUILD / "own")
    wheel = next((BUILD / "own").glob("*.whl"))
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--link-mode", "copy"]
    run(
        *install, "--python-version", "3.11", "--python-platform", "x86_64-pc-windows-msvc", "--target", packages, wheel
    )
    shutil.rmtree(packages / "bin", ignore_errors=True)
    tree.compile_all(runtime)
    parts = licences.of(packages, own=frozenset({"sekisho"}))
    licences.collect(parts, target / "LICENSES", {"Python": BUILD / "python" / "LICENSE.txt"})
    for name in ("LICENSE", "NOTICE", "README.ja.md"):
        shutil.copyfile(ROOT / name, target / f"{name}.txt" if "." not in name else target / name)
    shutil.copyfile(ROOT / "docs" / "rollout.md", target / "rollout.md")
    shutil.copyfile(HERE / "Install-Sekisho.ps1", target / "Install-Sekisho.ps1")
    shutil.copyfile(ROOT / "config" / "policy.example.toml", target / "policy.example.toml")
    for program in launchers(target, version):
        if signer:
            signer.sign(program)
    if long := tree.too_long(target):
        sys.exit(f"paths too long for Windows: {long[:3]}")
    tree.sums(target)
    archive = BUILD / f"{target.name}.zip"
    digest = tree.packed(target, archive, moment())
    size = sum((target / p).stat().st_size for p in tree.files_of(target))
    print(f"{archive}: {archive.stat().st_size / 1e6:.0f} MB, unpacked {size / 1e6:.0f} MB, {len(parts)} parts")
    print(f"SHA-256 {digest}; {'signed' if signer else 'not signed'}")
    return archive


def main() -> int:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--certificate", type=Path, help="PEM of the certificate (and its chain) that signs")
    parser.add_argument("--key", type=Path, help="PEM of its key")
    parser.add_argument(
        "--passphrase-variable", default="", help="environment variable that holds the key's passphrase"
    )
    parser.add_argument("--timestamps", default="", help="address of a time stamping service (RFC 3161)")
    given = parser.parse_args()
    if bool(given.certificate) != bool(given.key):
        parser.error("--certificate and --key belong together")
    signer = Signer(given.certificate, given.key, given.passphrase_variable, given.timestamps) if given.key else None
    build(signer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
