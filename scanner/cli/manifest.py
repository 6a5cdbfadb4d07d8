"""``sekisho manifest make|check``: what leaves, and whether it arrived (第18)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.custody.keys import Key
    from scanner.inventory.home import Home


@click.group("manifest", help=t("help.manifest"), epilog=t("epilog.manifest"))
def command() -> None:
    """Transport."""


def _key(home: str | None, contract: str) -> tuple[Home, Key]:
    from scanner.custody import keys
    from scanner.inventory.store import Store

    state = common.the_home(home)
    keys.load(state.keys, contract)  # a clear message before anything is made
    with Store(state.database, only_notes=True) as store:
        return state, keys.held(store.connection, state.keys, contract)


def _there(path: str) -> bytes:
    if not os.path.lexists(path):
        raise Failure(t("scan.no_such_path", path=path), EXIT_USAGE)
    return os.fsencode(path)


@command.command("make", help=t("help.manifest_make"))
@click.argument("path", metavar=t("meta.path"))
@click.option("--contract", required=True, metavar=t("meta.contract"), help=t("option.receive_contract"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.manifest_output"))
@common.home_option
def make(path: str, contract: str, output: str, home: str | None) -> None:
    """Write the list of what leaves."""
    from scanner.acts import manifest
    from scanner.inventory.store import Store

    root = _there(path)
    state, key = _key(home, contract)
    made = manifest.make(root, key)
    try:
        common.exactly(json.dumps(made, ensure_ascii=False, indent=1), output)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    with Store(state.database, only_notes=True) as store:
        store.note(
            "manifest", contract=contract, files=len(made["files"]), persons=made["persons"], serial=made["serial"]
        )
    click.echo(
        t(
            "manifest.made",
            files=len(made["files"]),
            most=made["persons"][1],
            serial=made["serial"] or "—",
            path=Path(output).absolute(),
        )
    )
    if made["unread"]:
        click.echo(t("manifest.unread", count=made["unread"]), err=True)


@command.command("check", help=t("help.manifest_check"))
@click.argument("path", metavar=t("meta.path"))
@click.argument("file", metavar=t("meta.file"))
@common.home_option
def check(path: str, file: str, home: str | None) -> int:
    """Compare what arrived."""
    from scanner.acts import manifest
    from scanner.inventory.store import Store

    root = _there(path)
    stated = manifest.read(Path(file))
    state, key = _key(home, str(stated["contract"]))
    arrival = manifest.check(root, stated, key)
    result = "match" if arrival.matches else "differs"
    with Store(state.database, only_notes=True) as store:
        store.note(
            "arrival",
            contract=key.contract,
            result=result,
            same=arrival.same,
            missing=len(arrival.missing),
            surplus=len(arrival.surplus),
        )
    click.echo(
        t(
            f"manifest.{result}",
            same=arrival.same,
            missing=len(arrival.missing),
            surplus=len(arrival.surplus),
            unread=arrival.unread,
        )
    )
    return EXIT_OK if arrival.matches else EXIT_POINTS
