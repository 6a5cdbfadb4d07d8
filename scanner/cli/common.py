"""What several commands share: options, finding the policy, the log."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import clock
from scanner.inventory.home import Home, locate
from scanner.messages import t
from scanner.printable import in_json

if TYPE_CHECKING:
    from scanner.inventory.reader import Reader
    from scanner.policy.models import Policy

POLICY_NAME = "policy.toml"


def home_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--home``."""
    return click.option("--home", metavar=t("meta.dir"), help=t("option.home"))(function)


def _chosen(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.obj = value


def home_of_subcommand(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--home`` behind the name of a subcommand, where people write it too; its group keeps the folder in ``obj``."""
    return click.option(
        "--home", metavar=t("meta.dir"), help=t("option.home"), callback=_chosen, expose_value=False, is_eager=True
    )(function)


def policy_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``-p/--policy``."""
    return click.option("-p", "--policy", "policy_path", metavar=t("meta.file"), help=t("option.policy"))(function)


def the_home(option: str | None) -> Home:
    """The state folder, not yet created."""
    return locate(option)


def reading(database: Path) -> Reader:
    """The inventory, to read until the command ends."""
    from scanner.inventory.reader import Reader

    return click.get_current_context().with_resource(Reader(database))


def find_policy(option: str | None, home: Home) -> Path | None:
    """``--policy``, else ``SEKISHO_POLICY``, else ``policy.toml`` in the state folder, else none."""
    chosen = option or os.environ.get("SEKISHO_POLICY")
    if chosen:
        return Path(chosen)
    default = home.path / POLICY_NAME
    return default if default.exists() else None


def load_policy(path: Path) -> tuple[Policy, str]:
    """The policy and the SHA-256 of its file; raises ``PolicyError`` with all problems named."""
    from scanner.policy.load import loaded

    return loaded(path)


def named_contract(number: str, option: str | None, home: Home) -> None:
    """Raises ``Failure`` for a contract that the policy lacks, or where no policy was given that could have it."""
    import difflib

    from scanner.cli.main import EXIT_USAGE, Failure

    if not number:
        return
    found = find_policy(option, home)
    if found is None:
        raise Failure(t("policy.none_for_contract", contract=number, path=home.path / POLICY_NAME), EXIT_USAGE)
    known = [c.id for c in load_policy(found)[0].contract]
    if number not in known:
        near = difflib.get_close_matches(number, known, n=1)
        hint = " " + t("cli.did_you_mean", name=near[0]) if near else ""
        told = t("receive.unknown_contract", contract=number, known=", ".join(known) or "—")
        raise Failure(told + hint, EXIT_USAGE)


def put(path: Path, data: bytes) -> None:
    """Write a file at once or not at all, and say where it is; raises ``Failure``."""
    from scanner.cli.main import EXIT_USAGE, Failure

    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=path), EXIT_USAGE) from None
    finally:
        temporary.unlink(missing_ok=True)
    click.echo(t("report.written", path=path.absolute()))


def refuse_taken(path: Path) -> None:
    """Raises ``OSError`` where nothing can take the place of ``path``: it is a folder or, on Windows, another program has it open (Excel) or
    it is read-only. Asked before work that takes hours."""
    if path.is_dir():
        raise IsADirectoryError
    if sys.platform == "win32" and path.exists():
        with path.open("ab"):
            return


def put_in_place(temporary: Path, path: Path) -> None:
    """Let a file that is complete take its place. Where that cannot be (somebody has opened the other one meanwhile), it stays under a
    name beside it: raises ``Failure`` that tells which."""
    from scanner.cli.main import EXIT_USAGE, Failure

    try:
        os.replace(temporary, path)
    except OSError:
        kept = path.with_name(f"{path.stem}-{clock.stamp().replace(':', '')}{path.suffix}")
        os.replace(temporary, kept)
        raise Failure(t("scan.output_kept", path=path, kept=kept.absolute()), EXIT_USAGE) from None


def exactly(text: str, output: str | None = None) -> None:
    """What others check byte for byte (signed heads, proofs) or read as UTF-8, to a file or to standard output: on Windows too in UTF-8 with
    bare line ends, unless a person looks at it. Raises ``OSError``."""
    data = text.encode("utf-8", "backslashreplace")
    if output is not None:
        Path(output).write_bytes(data)
    else:
        click.echo(text if sys.stdout.isatty() else data, nl=False)


def log(home: Home, event: str, **details: object) -> None:
    """Append one JSON line to the log; paths and counts only. A log that cannot be written stops nothing."""
    from scanner.inventory import log as logs
    from scanner.inventory.errors import now

    line = in_json(json.dumps({"at": now(), "event": event, **details}, ensure_ascii=False))
    try:
        logs.append(home.log, line)
    except OSError:
        return
