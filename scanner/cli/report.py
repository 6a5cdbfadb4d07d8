"""``sekisho report FORM``."""

from __future__ import annotations

import difflib
import os
from datetime import datetime
from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t

FORMS = {"overview": "scanner.report.overview"}
"""Form or alias → module with ``build(reader) -> str``."""


@click.command("report", help=t("help.report"), epilog=t("epilog.report"))
@click.argument("form", metavar=t("meta.form"))
@common.policy_option
@common.home_option
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.report_output"))
def command(form: str, policy_path: str | None, home: str | None, output: str | None) -> None:
    """Write a report."""
    from importlib import import_module

    from scanner.inventory.home import prepare
    from scanner.inventory.reader import Reader

    if form not in FORMS:
        near = difflib.get_close_matches(form, FORMS, n=1, cutoff=0.4)
        raise Failure(
            t("report.unknown_form", name=form, forms=", ".join(FORMS))
            + (" " + t("cli.did_you_mean", name=near[0]) if near else ""),
            EXIT_USAGE,
        )
    state = common.the_home(home)
    reader = Reader(state.database)
    found = common.find_policy(policy_path, state)
    policy = common.load_policy(found)[0] if found else None
    text = import_module(FORMS[form]).build(reader, policy)
    if output:
        path = Path(output)
    else:
        prepare(state)
        state.reports.mkdir(exist_ok=True, mode=0o700)
        path = state.reports / f"{form}-{datetime.now():%Y%m%d-%H%M%S}.html"  # a name for people here
    try:
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=path), EXIT_USAGE) from None
    common.log(state, "report", form=form, output=str(path))
    click.echo(t("report.written", path=path.absolute()))
