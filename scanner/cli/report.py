"""``sekisho report FORM``."""

from __future__ import annotations

import difflib
import os
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.inventory.home import Home
    from scanner.inventory.reader import Reader
    from scanner.policy.models import Policy
    from scanner.report.forms.interface import Form

FORMS = {
    "overview": "scanner.report.overview:build",
    "1": "scanner.report.forms.holdings:build",
    "2": "scanner.report.forms.record:build",
    "4": "scanner.report.forms.registers:places",
    "6b": "scanner.report.forms.copies:carried",
    "7b": "scanner.report.forms.copies:copies",
    "18": "scanner.report.forms.registers:points",
}
"""Form → ``module:function``. All but the overview take a ``Context`` and give a ``Form``."""

ALIASES = {"holdings": "1", "record": "2", "places": "4", "carried": "6b", "copies": "7b", "points": "18"}
_STYLES = ("xlsx", "html", "csv", "csv-cp932")


@click.command("report", help=t("help.report"), epilog=t("epilog.report"))
@click.argument("form", metavar=t("meta.form"))
@click.option(
    "--format", "style", type=click.Choice(_STYLES), default="xlsx", show_default=True, help=t("option.form_style")
)
@click.option("--clear-names", is_flag=True, help=t("option.clear_names"))
@common.policy_option
@common.home_option
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.report_output"))
def command(
    form: str, style: str, clear_names: bool, policy_path: str | None, home: str | None, output: str | None
) -> None:
    """Write a report."""
    from scanner.inventory.home import prepare
    from scanner.inventory.reader import Reader

    name = ALIASES.get(form, form)
    if name not in FORMS:
        known = [*FORMS, *ALIASES]
        near = difflib.get_close_matches(form, known, n=1, cutoff=0.4)
        raise Failure(
            t("report.unknown_form", name=form, forms=", ".join(known))
            + (" " + t("cli.did_you_mean", name=near[0]) if near else ""),
            EXIT_USAGE,
        )
    state = common.the_home(home)
    reader = Reader(state.database)
    found = common.find_policy(policy_path, state)
    policy, digest = common.load_policy(found) if found else (None, "")
    ending = "html" if name == "overview" else style.partition("-")[0]
    path = Path(output) if output else state.reports / f"{name}-{datetime.now():%Y%m%d-%H%M%S}.{ending}"
    if not output:
        prepare(state)
        state.reports.mkdir(exist_ok=True, mode=0o700)
    if name == "overview":
        module, _, function = FORMS[name].partition(":")
        data = getattr(import_module(module), function)(reader, policy).encode("utf-8")
    else:
        data = _form(name, style, state, reader, policy, digest, clear_names)
    try:
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    common.log(state, "report", form=name, output=str(path))
    click.echo(t("report.written", path=path.absolute()))


def _form(
    name: str, style: str, state: Home, reader: Reader, policy: Policy | None, digest: str, clear_names: bool
) -> bytes:
    """A numbered form. Forms are in Japanese whatever the language of the screen; each is an entry of the record."""
    import json
    from datetime import date

    from detectors import RULE_SET
    from scanner import __version__, messages
    from scanner.inventory.errors import InventoryError, now
    from scanner.inventory.home import installation_key
    from scanner.inventory.store import Store
    from scanner.report.forms import writing
    from scanner.report.forms.interface import Context, wareki_moment

    runs = reader.rows("select * from runs where state <> 'watch' order by id desc limit 1")
    if not runs:
        raise InventoryError("no_runs", reader.path)
    last = runs[0]
    screen = messages.language()
    messages.choose("ja")
    try:
        module, _, function = FORMS[name].partition(":")
        context = Context(reader, policy, date.today(), installation_key(state), clear_names)
        made: Form = getattr(import_module(module), function)(context)
        roots = json.loads(last["roots"] or "[]")
        gaps = (last["partial"] or 0) + (last["not_examined"] or 0)
        half = "" if last["state"] == "complete" else "(途中で終わった走査)"
        scope = f"走査 {last['id']}{half} {wareki_moment(last['started'])}、{len(roots)} か所、全 {last['walked'] or 0} 件、未走査 {gaps} 件"
        with Store(state.database, only_notes=True) as store:
            store.note("report_made", form=name, rows=len(made.rows), clear_names=clear_names)
            number = store.connection.execute("select max(seq) from ledger").fetchone()[0]
        stamp = writing.Stamp(number, wareki_moment(now()), scope, f"{__version__} / {RULE_SET}", digest[:16])
        return writing.written(made, stamp, style)
    finally:
        messages.choose(screen)
