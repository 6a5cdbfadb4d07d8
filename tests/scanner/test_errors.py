"""Every error of the program has one base, and every code that is raised anywhere has its sentence in both languages."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sqlite3
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import scanner
from scanner import messages
from scanner.cli.faults import sentence
from scanner.console import starting
from scanner.console.site import Site
from scanner.errors import FileFault, Part, SekishoError, StoreFault
from scanner.inventory.errors import translate
from scanner.inventory.home import Home
from scanner.model import Reason
from scanner.report import wording
from tests.conftest import ROOT, Sekisho

OTHERS = {
    "NoteError": "ends inside the record as a reason; the room of the log knows nothing of Sekisho",
    "ProofError": "ends inside the record as a reason; the room of the log knows nothing of Sekisho",
    "Refused": "ends inside the witness as its answer; the room of the log knows nothing of Sekisho",
    "NotOpened": "ends in the reading of a copy as a reason",
    "Stopped": "ends a job of the console between two of its steps, as somebody asked",
    "NoSuchForm": "ends in the command as a clear refusal, with the names that may have been meant",
    "ServerGone": "an answer of a file server, as the error that a local file would give",
    "Failure": "a wrong use that the command line itself finds",
    "TimeUp": "a signal inside the judge, which no detector may catch",
    "Unheard": "a signal inside the reader, which no parser may catch",
    "Exhausted": "a signal inside the reader, which no parser may catch",
    "Undelivered": "ends inside the watch as a line of the status",
    "Taken": "ends inside the command as a clear refusal",
    "Grew": "ends inside the reader as a reason",
    "Died": "ends inside the parent as a fault of the file or of the sandbox",
    "Lost": "ends inside the coordinator of a cluster, who connects again",
    "Forged": "ends inside the coordinator as a worker that is named, inside a worker as the end of its process",
    "NotEditable": "ends in the saving of a policy, which is then written anew",
    "Differs": "ends inside the verifier of a pack as a reason; that program stands alone",
    "WireError": "ends at the hub and at the terminal as a refusal with its word",
    "Refusal": "ends at the hub as its answer, and is counted",
    "Late": "ends inside the parent as a fault of the file or of the sandbox",
}
"""Exceptions of ours with another base, and why."""


def modules() -> Iterator[str]:
    """All modules of the program whose libraries are installed."""
    for found in pkgutil.walk_packages(scanner.__path__, "scanner."):
        if not found.name.endswith("__main__"):
            yield found.name


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, type[BaseException]]:
    """Every exception class of the program. The pages of the console can be imported once their site is known."""
    folder = tmp_path_factory.mktemp("site")
    starting.ready(Site(Home(folder / "home"), None))
    found: dict[str, type[BaseException]] = {}
    for name in modules():
        try:
            module = importlib.import_module(name)
        except (ImportError, TypeError):  # an extra that is not installed, a library of another system
            continue
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, BaseException) and kind.__module__.startswith("scanner."):
                found[kind.__name__] = kind
    return found


def test_all_have_one_base(errors: dict[str, type[BaseException]]) -> None:
    for name, kind in errors.items():
        assert issubclass(kind, SekishoError) or name in OTHERS, name


def fields(text: str) -> set[str]:
    """What a message must be given."""
    return {name.split("!")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def raised(known: dict[str, type[BaseException]]) -> Iterator[tuple[str, str, set[str], str]]:
    """Class, code, details and place of every error that is raised with a literal code."""
    for path in sorted((ROOT / "scanner").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            code = node.args[0]
            if name not in known or not isinstance(code, ast.Constant) or not isinstance(code.value, str):
                continue
            if issubclass(known[name], SekishoError) and not issubclass(known[name], FileFault):
                given = {k.arg for k in node.keywords if k.arg}
                yield name, code.value, given, f"{path.name}:{node.lineno}"


FROM_CLASS = {
    "InventoryError": {"path", "detail"},
    "HomeError": {"path"},
    "KeyProblem": {"contract"},
    "TemplateError": {"path", "fields"},
    "ReceiveError": {"path"},  # the command line adds it as it was written
}
"""What the constructors put into the details themselves."""


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_code_that_is_raised_has_its_sentence(language: str, errors: dict[str, type[BaseException]]) -> None:
    messages.choose(language)
    try:
        count = 0
        for name, code, given, place in raised(errors):
            section = errors[name].section  # type: ignore[attr-defined]
            text = messages.t(f"{section}.{code}")
            assert fields(text) <= given | FROM_CLASS.get(name, set()), f"{place}: {code}"
            count += 1
        assert count > 50
    finally:
        messages.choose(None)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (sqlite3.SQLITE_BUSY, "database_busy"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "database_busy"),
        (sqlite3.SQLITE_LOCKED, "database_busy"),
        (sqlite3.SQLITE_FULL, "disk_full"),
        (sqlite3.SQLITE_IOERR_WRITE, "disk_fault"),
        (sqlite3.SQLITE_CORRUPT, "database_damaged"),
        (sqlite3.SQLITE_NOTADB, "database_damaged"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "database_read_only"),
        (sqlite3.SQLITE_CANTOPEN, "database_read_only"),
        (sqlite3.SQLITE_CONSTRAINT, "database_error"),
    ],
)
def test_what_sqlite_says_becomes_a_sentence(number: int, code: str, tmp_path: Path) -> None:
    error = sqlite3.OperationalError("?")
    error.sqlite_errorcode = number
    fault = translate(error, tmp_path / "inventory.db")
    assert isinstance(fault, StoreFault)
    assert fault.code == code
    assert str(tmp_path) in sentence(fault)


def test_an_error_that_stands_for_several_names_each() -> None:
    class Several(SekishoError):
        section = "policy"

        def parts(self) -> Iterator[Part]:
            yield Part("policy.missing", {}, "policy.toml:3")
            yield Part("receive.unreadable", {"path": "x", "reason": Reason.ENCRYPTED})

    lines = sentence(Several("unusable", path="policy.toml")).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("  policy.toml:3: ")
    assert wording.reason(Reason.ENCRYPTED.value) in lines[2]


def test_the_command_line_gives_sentence_and_exit_code(sekisho: Sekisho, tmp_path: Path) -> None:
    home = tmp_path / "home"
    nothing = sekisho("points", "--home", home)
    assert (nothing.code, nothing.out) == (2, "")
    assert "There is no inventory yet" in nothing.err
    (tmp_path / "policy.toml").write_text("[[contract]]\nid = 1\n")
    bad = sekisho("policy", "check", "--policy", tmp_path / "policy.toml")
    assert bad.code == 2
    assert len(bad.err.splitlines()) > 1
    assert f"{tmp_path / 'policy.toml'}:" in bad.err
    (tmp_path / "file").write_text("")
    folder = sekisho("scan", "--home", tmp_path / "file", tmp_path)
    assert folder.code == 2
    assert "is not a folder" in folder.err
