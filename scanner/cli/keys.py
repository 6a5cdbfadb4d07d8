"""``sekisho keys``: list, export, import, destroy."""

from __future__ import annotations

import os
from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.group("keys", help=t("help.keys"), epilog=t("epilog.keys"))
def command() -> None:
    """Keys of contracts."""


def _failed(problem: Exception) -> Failure:
    from scanner.custody.keys import KeyProblem

    assert isinstance(problem, KeyProblem)
    return Failure(t(f"keys.{problem.code}", contract=problem.contract), EXIT_USAGE)


@command.command("list", help=t("help.keys_list"))
@common.home_option
def list_keys(home: str | None) -> None:
    """All keys."""
    from scanner.custody import keys

    state = common.the_home(home)
    found = keys.all_keys(state.keys) if state.keys.exists() else []
    for key in found:
        click.echo(f"{key.id}  {key.contract}")
    if not found:
        click.echo(t("keys.none"))


@command.command("export", help=t("help.keys_export"))
@click.option("--contract", required=True, metavar=t("meta.contract"), help=t("option.receive_contract"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.key_output"))
@click.option("--to", "custodian", required=True, help=t("option.custodian"))
@common.home_option
def export(contract: str, output: str, custodian: str, home: str | None) -> None:
    """A copy of a key for the second custodian."""
    from scanner.custody import keys
    from scanner.inventory.store import Store

    state = common.the_home(home)
    try:
        key = keys.load(state.keys, contract)
    except keys.KeyProblem as problem:
        raise _failed(problem) from None
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"sekisho-key 1\ncontract {contract}\nid {key.id}\nsecret {key.secret.hex()}\n")
    with Store(state.database) as store:
        store.note("key_exported", contract=contract, key=key.id, custodian=custodian)
    click.echo(t("keys.exported", contract=contract, path=Path(output).absolute(), id=key.id))


@command.command("import", help=t("help.keys_import"))
@click.argument("file", metavar=t("meta.file"))
@common.home_option
def import_key(file: str, home: str | None) -> None:
    """A key that was made elsewhere."""
    from scanner.custody import keys
    from scanner.inventory.home import prepare
    from scanner.inventory.store import Store

    state = common.the_home(home)
    prepare(state)
    try:
        lines = dict(line.split(" ", 1) for line in Path(file).read_text(encoding="utf-8").splitlines() if " " in line)
        contract, secret, stated = lines["contract"], bytes.fromhex(lines["secret"]), lines["id"]
    except (OSError, KeyError, ValueError, UnicodeDecodeError):
        raise Failure(t("keys.not_a_key", path=file), EXIT_USAGE) from None
    try:
        key = keys.put(state.keys, contract, secret)
    except keys.KeyProblem as problem:
        raise _failed(problem) from None
    if key.id != stated:
        keys.path_of(state.keys, contract).unlink()
        raise Failure(t("keys.not_a_key", path=file), EXIT_USAGE)
    with Store(state.database) as store:
        store.note("key_imported", contract=contract, key=key.id)
    click.echo(t("keys.imported", contract=contract, id=key.id))


@command.command("destroy", help=t("help.keys_destroy"))
@click.option("--contract", required=True, metavar=t("meta.contract"), help=t("option.receive_contract"))
@click.option("--by", "person", required=True, help=t("option.by"))
@click.option("--instruction", required=True, help=t("option.instruction"))
@click.option("-y", "--yes", is_flag=True, help=t("option.yes_destroy"))
@common.home_option
def destroy(contract: str, person: str, instruction: str, yes: bool, home: str | None) -> None:
    """End of a contract: its tokens become worthless."""
    from scanner.custody import keys
    from scanner.inventory.store import Store

    state = common.the_home(home)
    try:
        keys.load(state.keys, contract)
        if not yes:
            click.confirm(t("keys.ask_destroy", contract=contract), abort=True)
        with Store(state.database) as store:
            identifier = keys.destroy(state.keys, contract)
            store.note("key_destroyed", contract=contract, key=identifier, by=person, instruction=instruction)
    except keys.KeyProblem as problem:
        raise _failed(problem) from None
    click.echo(t("keys.destroyed", contract=contract, id=identifier))
