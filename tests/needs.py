"""What single tests need beyond Python, and what a machine without it skips: ``make needs``.

Only tests of the long run may need anything (``make test-all``); ``needed`` and ``lacking`` of ``tests/conftest.py`` know nothing that
does not stand here. Needs nothing but the standard library.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent


def _programs(*names: str) -> Callable[[], bool]:
    return lambda: all(shutil.which(name) for name in names)


def _runs(*words: str) -> bool:
    """Whether a command does well; it must leave nothing behind."""
    try:
        return subprocess.run(words, capture_output=True, check=False, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _may_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        done = _runs("mount", "-t", "tmpfs", "none", folder)
        return done and _runs("umount", folder)


def _may_net() -> bool:
    return _runs("ip", "netns", "add", "sekisho-needs") and _runs("ip", "netns", "del", "sekisho-needs")


@dataclass(frozen=True, slots=True)
class Need:
    """Something that single tests need."""

    why: str
    packages: str
    """Of Debian, with blanks between; empty where it is a right."""
    there: Callable[[], bool]
    promise: str = "SEKISHO_ALL_TOOLS"
    """With this variable its lack is a failure."""


def _of(why: str, packages: str, *programs: str) -> Need:
    return Need(why, packages, _programs(*programs))


NEEDS = {
    "bindfs": _of("a file system that hangs", "bindfs fuse3", "bindfs"),
    "chromium": _of("the officers' pages in a browser", "chromium", "chromium"),
    "git": _of("patterns that are left out, as git understands them", "git", "git"),
    "go": Need(
        "a verifier of the record by other people's code", "golang-go golang-golang-x-mod-dev",
        lambda: bool(shutil.which("go")) and Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").is_dir(),
    ),
    "iconv": _of("the table of characters of host computers", "libc-bin", "iconv"),
    "ip": _of("machines of a cluster with addresses of their own", "iproute2", "ip"),
    "Japanese font": Need(
        "pictures with Japanese text", "fonts-noto-cjk",
        lambda: Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists(),
    ),
    "Kerberos server": _of("shares that know their users by tickets", "krb5-kdc krb5-admin-server krb5-user", "krb5kdc", "kdb5_util", "kadmin.local", "kinit"),
    "node": _of("the page of the pack checks signatures as it does in a browser", "nodejs", "node"),
    "openssl": _of("a time-stamping authority", "openssl", "openssl"),
    "PostgreSQL": Need(
        "the tables of a hub there", "postgresql",
        lambda: bool(list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))) or bool(shutil.which("initdb")),
    ),
    "smbd": _of("shares of a real server", "samba", "smbd"),
    "smbprotocol[kerberos]": Need(
        "shares that know their users by tickets", "libkrb5-dev gcc libc6-dev",
        lambda: all(importlib.util.find_spec(name) for name in ("gssapi", "krb5")),
    ),
    "soffice": _of("forms as LibreOffice shows them, files as it writes them", "libreoffice-writer libreoffice-calc libreoffice-impress", "soffice"),
    "systemd-analyze": _of("units as systemd reads them", "systemd", "systemd-analyze"),
    "zip": _of("archives of several disks", "zip", "zip"),
    "mounts in user space": Need("a file system that hangs", "", lambda: os.access("/dev/fuse", os.R_OK | os.W_OK)),
    "right to mount": Need("full disks, places on file systems of their own", "", _may_mount, "SEKISHO_MAY_MOUNT"),
    "network namespaces": Need("machines of a cluster with addresses of their own", "", _may_net, "SEKISHO_MAY_NET"),
}  # fmt: skip


def named() -> dict[str, list[str]]:
    """Need → the test modules and helpers whose text asks for it; also what is no need of ours."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("needed", "lacking"):
                match node.args[:1]:
                    case [ast.Constant(value=str(name))]:
                        found.setdefault(name, set()).add(path.stem)
                    case _ if path.name != "conftest.py":
                        found.setdefault(ast.unparse(node), set()).add(path.stem)
    return {name: sorted(modules) for name, modules in found.items()}


def main() -> None:
    """Print every need: whether it is there, what it is for, how it is had, and which tests are skipped without it."""
    modules = named()
    for name, need in sorted(NEEDS.items(), key=lambda item: item[0].lower()):
        had = f"apt install {need.packages}" if need.packages else "a right of the machine"
        print(
            f"{'here   ' if need.there() else 'LACKING'} {name}: {need.why} ({had}); {', '.join(modules.get(name, []))}"
        )
    print("Without one of them these tests of the long run are skipped; the quick run skips none.")


if __name__ == "__main__":
    main()
