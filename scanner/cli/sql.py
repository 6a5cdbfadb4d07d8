"""``sekisho sql``: questions to the inventory through read-only views."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t
from scanner.printable import in_cell, in_json, printable


@click.command("sql", help=t("help.sql"), epilog=t("epilog.sql"))
@click.argument("statement", required=False, default="", metavar=t("meta.statement"))
@click.option("--paths", is_flag=True, help=t("option.sql_paths"))
@click.option(
    "--format", "style", type=click.Choice(["table", "csv", "jsonl"]), default="table", help=t("option.sql_format")
)
@click.option("--export", "target", metavar=t("meta.file"), help=t("option.sql_export"))
@common.home_option
def command(statement: str, paths: bool, style: str, target: str | None, home: str | None) -> None:
    """One statement, or all views into a database of their own."""
    from scanner.inventory.installation import installation_key
    from scanner.inventory.reader import Reader
    from scanner.report import views

    state = common.the_home(home)
    Reader(state.database).close()  # a clear message where there is no inventory yet, or an older one
    if bool(statement) == bool(target):
        for name in () if statement else views.VIEWS:
            click.echo(f"{name:<12}{t(f'sql.view_{name}')}")
        if statement:
            raise Failure(t("sql.one_of_both"), EXIT_USAGE)
        return
    if paths:
        _noted(state)
    with views.opened(state.database, installation_key(state), paths=paths) as db:
        if target:
            _export(db, Path(target))
        else:
            _written(*views.rows(db, statement), style)


def _noted(state: object) -> None:
    """That paths were shown in clear is an entry of the record."""
    from scanner.inventory.home import Home
    from scanner.inventory.store import Store

    assert isinstance(state, Home)
    with Store(state.database, only_notes=True) as store:
        store.note("view_opened", form="sql", clear_names=True)


def _export(db: object, target: Path) -> None:
    import sqlite3

    from scanner.report import views

    assert isinstance(db, sqlite3.Connection)
    try:
        counts = views.export(db, target)
    except FileExistsError:
        raise Failure(t("sql.exists", path=target), EXIT_USAGE) from None
    except OSError:
        raise Failure(t("scan.output_unwritable", path=target), EXIT_USAGE) from None
    click.echo(t("sql.exported", path=target.absolute(), rows=f"{sum(counts.values()):,}"))


def _written(columns: tuple[str, ...], rows: object, style: str) -> None:
    from collections.abc import Iterable

    assert isinstance(rows, Iterable)
    if style == "jsonl":
        for row in rows:
            click.echo(in_json(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=str)))
    elif style == "csv":
        lines = csv.writer(sys.stdout, lineterminator="\n")
        lines.writerow(columns)
        for row in rows:
            lines.writerow([in_cell(value) for value in row])
    else:
        click.echo("  ".join(columns))
        for row in rows:
            click.echo("  ".join("—" if value is None else printable(str(value)) for value in row))
