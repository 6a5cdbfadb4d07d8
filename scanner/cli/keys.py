"""``sekisho keys``: list, export, import, destroy."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.group("keys", help=t("help.keys"), epilog=t("epilog.keys"))
def command() -> None:
    """Keys of contracts."""


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
    from scanner.acts import keyholding

    try:
        key = keyholding.export(common.the_home(home), contract, Path(output), custodian)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    click.echo(t("keys.exported", contract=contract, path=Path(output).absolute(), id=key.id))


@command.command("import", help=t("help.keys_import"))
@click.argument("file", metavar=t("meta.file"))
@common.home_option
def import_key(file: str, home: str | None) -> None:
    """A key that was made elsewhere."""
    from scanner.acts import keyholding
    from scanner.inventory.home import prepare

    state = common.the_home(home)
    prepare(state)
    key = keyholding.take_in(state, Path(file))
    click.echo(t("keys.imported", contract=key.contract, id=key.id))


@command.command("destroy", help=t("help.keys_destroy"))
@click.option("--contract", required=True, metavar=t("meta.contract"), help=t("option.receive_contract"))
@click.option("--by", "person", required=True, help=t("option.by"))
@click.option("--instruction", required=True, help=t("option.instruction"))
@click.option("-y", "--yes", is_flag=True, help=t("option.yes_destroy"))
@common.home_option
def destroy(contract: str, person: str, instruction: str, yes: bool, home: str | None) -> None:
    """End of a contract: its tokens become worthless."""
    from scanner.acts import keyholding
    from scanner.custody import keys

    state = common.the_home(home)
    keys.load(state.keys, contract)  # a clear message before the question
    if not yes:
        click.confirm(t("keys.ask_destroy", contract=contract), abort=True)
    identifier = keyholding.destroy(state, contract, person, instruction)
    click.echo(t("keys.destroyed", contract=contract, id=identifier))
