"""``sekisho report FORM``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import common
from scanner.cli.days import DAY, MONTH, YEAR
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.cli.report_all import hand_in
from scanner.cli.report_output import chosen, refuse_foreign, refuse_unknown, target
from scanner.messages import t
from scanner.report.forms.names import listed
from scanner.report.forms.spec import STYLES

if TYPE_CHECKING:
    from scanner.acts.issuing import Order
    from scanner.inventory.home import Home
    from scanner.inventory.reader import Reader
    from scanner.policy.models import Policy


@click.command("report", help=t("help.report", forms=listed()), epilog=t("epilog.report"))
@click.argument("form", metavar=t("meta.form"))
@click.option("--format", "style", type=click.Choice(STYLES), help=t("option.form_style"))
@click.option("--contract", default="", metavar=t("meta.contract"), help=t("option.form_contract"))
@click.option("--family", multiple=True, metavar=t("meta.family_name"), help=t("option.form_family"))
@click.option("--from", "point", type=int, metavar="N", help=t("option.form_point"))
@click.option("--medium", default="", metavar=t("meta.medium"), help=t("option.form_medium"))
@click.option("--mail", default="", metavar=t("meta.mail"), help=t("option.form_mail"))
@click.option("--suspicion", is_flag=True, help=t("option.suspicion"))
@click.option("--known-on", type=DAY, metavar=t("meta.day"), help=t("option.known_on"))
@click.option("--wrongful", is_flag=True, help=t("option.wrongful"))
@click.option("--incident", default="", metavar="ID", help=t("option.incident"))
@click.option("--accept-gaps", "accept", default="", metavar=t("meta.name"), help=t("option.accept_gaps"))
@click.option("--because", default="", help=t("option.because"))
@click.option("--since", type=DAY, metavar=t("meta.day"), help=t("option.form_since"))
@click.option("--month", type=MONTH, metavar=t("meta.month"), help=t("option.form_month"))
@click.option("--year", type=YEAR, metavar=t("meta.year"), help=t("option.form_year"))
@click.option("--template", metavar=t("meta.file"), help=t("option.template"))
@click.option("--draft", is_flag=True, help=t("option.draft"))
@click.option("--clear-names", is_flag=True, help=t("option.clear_names"))
@common.policy_option
@common.home_option
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.report_output"))
def command(
    form: str,
    style: str | None,
    contract: str,
    family: tuple[str, ...],
    point: int | None,
    medium: str,
    mail: str,
    suspicion: bool,
    known_on: date | None,
    wrongful: bool,
    incident: str,
    accept: str,
    because: str,
    since: date | None,
    month: date | None,
    year: int | None,
    template: str | None,
    draft: bool,
    clear_names: bool,
    policy_path: str | None,
    home: str | None,
    output: str | None,
) -> None:
    """Write a report."""
    from scanner.acts.issuing import Order
    from scanner.report.forms.names import called
    from scanner.report.forms.registry import FORMS

    name = refuse_unknown(form)
    if name == "14b" and year:
        name = "14c"  # of a year the self-check is meant, not the register
    asked = {
        "family": family,
        "point": point,
        "medium": medium,
        "mail": mail,
        "suspicion": suspicion,
        "known_on": known_on,
        "wrongful": wrongful,
        "incident": incident,
        "accept": accept,
        "accept_why": because,
        "since": since,
        "month": month,
        "year": year,
    }
    refuse_foreign(name, (option for option, value in asked.items() if value not in (None, False, "", ())))
    if draft and name not in FORMS and name != "all":
        raise Failure(t("report.no_draft", form=called(name)), EXIT_USAGE)
    state = common.the_home(home)
    if name != "all":
        style = chosen(name, style, output, template)
    if name == "verifier":
        path = target(name, str(style), "", state, output)
        from scanner.report.pack.verifier import joined

        common.put(path, joined.program() if path.suffix.lower() == ".py" else joined.page())
        _key_told(state)
        return
    reader = common.reading(state.database)
    file = Path(template) if template else None
    order = Order(name, style or "xlsx", contract, clear_names, file, asked, draft=draft)
    if name == "all":
        policy, digest = _settled(order, state, policy_path)
        path = hand_in(order, style, output, state, reader, policy, digest)
    else:
        made = _made(order, state, reader, policy_path)
        path = target(name, order.style if name != "14" else "zip", contract, state, output, draft=draft)
        if isinstance(made, bytes):
            common.put(path, made)
        else:
            _packed(path, made)
    common.log(state, "report", form=name, output=str(path))


def _key_told(state: Home) -> None:
    """The key to hand over with a verifier, where this installation has signed anything."""
    from scanner.inventory.record import heads
    from scanner.report.pack.verifier.notes import fingerprint

    keys = heads.verifiers(common.reading(state.database).db) if state.database.exists() else []
    if keys:
        digits = fingerprint(keys[-1].vkey)
        grouped = " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
        click.echo(t("report.hand_over", vkey=keys[-1].vkey, fingerprint=grouped))


def _packed(path: Path, files: list[tuple[str, bytes]]) -> None:
    """One zip, or a new folder where the name does not end like one."""
    from scanner.report.pack.verifier.container import zipped

    if path.suffix.lower() == ".zip":
        common.put(path, b"".join(zipped(iter(files))))
        return
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Failure(t("report.folder_not_empty", path=path), EXIT_USAGE)
    try:
        for name, data in files:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=path), EXIT_USAGE) from None
    click.echo(t("report.written", path=path.absolute()))


def _settled(order: Order, state: Home, policy_path: str | None) -> tuple[Policy | None, str]:
    """The policy with which everything was settled anew, and what a form asks of it; raises ``Failure`` for a contract that it lacks."""
    from scanner.cli.settling import settled

    common.named_contract(order.contract, policy_path, state)
    path, policy, digest = settled(policy_path, state)
    if path:
        order.asked["base"] = Path(path).absolute().parent
    return policy, digest


def _made(order: Order, state: Home, reader: Reader, policy_path: str | None) -> bytes | list[tuple[str, bytes]]:
    from scanner.report import pdf

    as_pdf = order.style == "pdf"
    if as_pdf:
        from scanner.report.forms import registry

        pdf.program()  # before the form is entered in the record
        order.style = registry.form(order.number).usual_style
    policy, digest = _settled(order, state, policy_path)
    if order.number == "overview":
        from scanner.report import overview

        return overview.build(reader, policy, order.contract).encode("utf-8")
    if order.number == "14":
        from scanner.acts.packing import pack

        return pack(order, state, reader, policy, digest)
    from scanner.acts.issuing import issue

    made = issue(order, state, reader, policy, digest)
    if as_pdf:
        (made,) = pdf.converted([(order.style, made)])
        order.style = "pdf"
    return made
