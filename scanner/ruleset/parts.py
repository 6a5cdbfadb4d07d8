"""All that can change an answer, piece by piece: code, rules, limits, models, libraries, the interpreter.

``parts`` gives a flat table of name → value; a scan keeps the digest of it, two machines that differ name the pieces. Code
counts by its syntax tree without what does nothing (documentation, types that only a checker reads), so comments and
layout do not make an inventory stale; where a program is shipped without its sources, its compiled code counts.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import pkgutil
import platform
import sqlite3
import tomllib
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from pyexpat import EXPAT_VERSION
from types import CodeType
from typing import Any

from detectors.plugins import plugins
from detectors.resources import config_dir
from scanner.ruleset import libraries

ROOMS = ("detectors", "scanner.detect", "scanner.extract")
"""Every module of these counts, whoever imports it."""
MODULES = ("scanner.pipeline", "scanner.scan.adapters", "scanner.scan.lane", "scanner.scan.remote", "scanner.limits")
"""So do these, and all that a counted module imports, other than ``ASIDE``."""
ASIDE = ("detectors.training", "scanner.policy", "scanner.sources")
"""Their answers (verdict, ground, rights) are made anew in every scan, or they never run in one."""
_OURS = ("detectors", "scanner")
_CODE = (".py", ".pyc", ".pyi")
_TEXT = (".txt", ".csv", ".tsv", ".json", ".md")
_SIZE = 16


def parts(root: Path | None = None, config: Path | None = None) -> dict[str, str]:
    """Name → version or digest of every piece. ``root``: folder in which the packages lie, ``config``: the data folder;
    both of this installation by default. Costs about half a second.

    Raises ``RuntimeError`` where a module has neither source nor compiled code.
    """
    root = root or Path(__file__).resolve().parent.parent.parent
    code, imported = _code(root)
    return {
        **_machine(),
        **code,
        **_data(root, config or config_dir()),
        **{f"library {name}": version for name, version in libraries.versions(imported).items()},
        **_plugins(),
    }


def plugin_files() -> dict[str, list[Path]]:
    """Code that plug-ins add to reading and finding: ``distribution module`` → its files, without importing any."""
    found: dict[str, list[Path]] = {}
    for plugin in (*plugins("identifiers"), *plugins("formats")):
        spec = find_spec(plugin.module.partition(".")[0])
        places = list(spec.submodule_search_locations or ()) if spec else []
        files = [path for place in places for _, path in _below(Path(place))]
        files += [Path(spec.origin)] if spec and spec.origin and not places else []
        found[f"{plugin.distribution} {plugin.version} {plugin.module}"] = sorted(files)
    return found


def _plugins() -> dict[str, str]:
    return {
        f"plugin {name}": hashlib.blake2b(b"".join(map(_content, files)), digest_size=_SIZE).hexdigest()
        for name, files in plugin_files().items()
    }


def digest(found: Mapping[str, str]) -> str:
    """One number for all pieces, in hexadecimal digits."""
    whole = hashlib.blake2b(digest_size=_SIZE)
    for name in sorted(found):
        whole.update(f"{name}\0{found[name]}\n".encode())
    return whole.hexdigest()


def _machine() -> dict[str, str]:
    """The interpreter with its library: mail, HTML, zip and tar are read by it, and its readers change in small releases."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "unicode": unicodedata.unidata_version,
        "sqlite": sqlite3.sqlite_version,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "expat": EXPAT_VERSION,
    }


def modules(root: Path) -> dict[str, ModuleSpec]:
    """Every module of ours below ``root``, by its name, without importing any."""
    found: dict[str, ModuleSpec] = {}
    waiting = [(str(root), "")]
    while waiting:
        path, prefix = waiting.pop()
        for info in pkgutil.iter_modules([path], prefix):
            if not prefix and info.name not in _OURS:
                continue
            spec = info.module_finder.find_spec(info.name)  # type: ignore[call-arg]
            if spec is not None:
                found[info.name] = spec
                waiting.extend((inner, f"{info.name}.") for inner in spec.submodule_search_locations or ())
    return found


def _code(root: Path) -> tuple[dict[str, str], set[str]]:
    """A digest for each module that counts, and the names of all foreign packages that they import."""
    ours = modules(root)
    waiting = [name for name in ours if name in MODULES or _within(name, ROOMS)]
    found: dict[str, str] = {}
    foreign: set[str] = set()
    while waiting:
        name = waiting.pop()
        if f"module {name}" in found or _within(name, ASIDE):
            continue
        body, imported = _body(name, ours[name])
        found[f"module {name}"] = hashlib.blake2b(body.encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest()
        for wanted in imported:
            if wanted.partition(".")[0] not in _OURS:
                foreign.add(wanted.partition(".")[0])
            elif wanted in ours:
                waiting.append(wanted)
    return found, foreign


def _within(name: str, rooms: Iterable[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def _body(name: str, spec: ModuleSpec) -> tuple[str, set[str]]:
    """What a module does, as text that comments and layout do not change, and what it imports."""
    loader: Any = spec.loader
    source = loader.get_source(name)
    if source is not None:
        package = name if spec.submodule_search_locations else name.rpartition(".")[0]
        return of_source(source, package)
    code = loader.get_code(name)
    if code is None:
        raise RuntimeError(f"{name} has neither source nor code: its rules cannot be told from others")
    return json.dumps(_compiled(code)), set(_imports_of(code))


def of_source(source: str, package: str = "") -> tuple[str, set[str]]:
    """The syntax tree of a module as text, without what does nothing, and the full names that it may import."""
    tree = ast.parse(source)
    imported: set[str] = set()
    tree.body = _effective(tree.body, package, imported)
    return ast.dump(tree, annotate_fields=False), imported


def _effective(statements: list[ast.stmt], package: str, imported: set[str]) -> list[ast.stmt]:
    """Statements that do something; what they import goes into ``imported``."""
    kept: list[ast.stmt] = []
    for statement in statements:
        if isinstance(statement, ast.Pass) or (
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Constant)
            and isinstance(statement.value.value, str)
        ):
            continue  # documentation
        if isinstance(statement, ast.If) and _for_the_checker(statement.test):
            kept += _effective(statement.orelse, package, imported)
            continue
        if isinstance(statement, ast.Import):
            imported.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - statement.level] if statement.level else []
            module = ".".join([*above, *([statement.module] if statement.module else [])])
            imported.update([module, *(f"{module}.{alias.name}" for alias in statement.names)])
        for inner in (statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            for field in ("body", "orelse", "finalbody"):
                block = getattr(inner, field, None)
                if isinstance(block, list):
                    setattr(inner, field, _effective(block, package, imported))
        kept.append(statement)
    return kept


def _for_the_checker(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _compiled(value: object) -> object:
    """Compiled code as plain lists, without places in the source; sets in an order of their own."""
    if isinstance(value, CodeType):
        return [
            value.co_name,
            value.co_argcount,
            value.co_posonlyargcount,
            value.co_kwonlyargcount,
            value.co_flags,
            value.co_code.hex(),
            [_compiled(constant) for constant in value.co_consts],
            value.co_names,
            value.co_varnames,
            value.co_freevars,
            value.co_cellvars,
            getattr(value, "co_exceptiontable", b"").hex(),
        ]
    if isinstance(value, tuple):
        return [_compiled(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(json.dumps(_compiled(item)) for item in value)
    return f"{type(value).__name__} {value!r}"


def _imports_of(code: CodeType) -> Iterator[str]:
    """Names that compiled code may import: every name in it is offered, those that are no module are nobody's."""
    for name in code.co_names:
        yield name
        for constant in code.co_consts:
            if isinstance(constant, tuple):
                yield from (f"{name}.{item}" for item in constant if isinstance(item, str))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _imports_of(constant)


def _data(root: Path, config: Path) -> dict[str, str]:
    """Models and lists that lie beside the code, rule files and limits."""
    files: dict[str, Path] = {"config/limits.toml": config / "limits.toml"}
    files.update((f"config/rules/{name}", path) for name, path in _below(config / "rules"))
    for room in ROOMS:
        place = room.replace(".", "/")
        for name, path in _below(root / place):
            whole = f"{place}/{name}"
            if not name.endswith(_CODE) and not _within(whole.replace("/", "."), ASIDE):
                files[whole] = path
    return {
        f"data {name}": hashlib.blake2b(_content(path), digest_size=_SIZE).hexdigest() for name, path in files.items()
    }


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f != "__pycache__"]
        for name in names:
            path = Path(here, name)
            yield path.relative_to(folder).as_posix(), path


def _content(path: Path) -> bytes:
    """The bytes of a file; of a table its values, of a text its lines, whatever ends them."""
    raw = path.read_bytes()
    if path.suffix == ".toml":
        table = tomllib.loads(raw.decode("utf-8").replace("\r\n", "\n"))
        return json.dumps(table, sort_keys=True, default=str).encode()
    return raw.replace(b"\r\n", b"\n") if path.suffix in _TEXT else raw
