"""``sekisho report FORM``."""

from __future__ import annotations

import difflib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.acts.issuing import Order
    from scanner.inventory.home import Home
    from scanner.inventory.reader import Reader

_STYLES = ("xlsx", "docx", "html", "csv", "csv-cp932")
_DAY = click.DateTime(["%Y-%m-%d"])


def known_forms() -> list[str]:
    """Everything that ``report`` takes, numbers first."""
    from scanner.report.forms.registry import ALIASES, FORMS

    return ["overview", *FORMS, "14", "verifier", *ALIASES]


@click.command("report", help=t("help.report"), epilog=t("epilog.report"))
@click.argument("form", metavar=t("meta.form"))
@click.option("--format", "style", type=click.Choice(_STYLES), help=t("option.form_style"))
@click.option("--contract", default="", metavar=t("meta.contract"), help=t("option.form_contract"))
@click.option("--family", multiple=True, metavar=t("meta.family_name"), help=t("option.form_family"))
@click.option("--from", "point", type=int, metavar="N", help=t("option.form_point"))
@click.option("--suspicion", is_flag=True, help=t("option.suspicion"))
@click.option("--known-on", type=_DAY, help=t("option.known_on"))
@click.option("--wrongful", is_flag=True, help=t("option.wrongful"))
@click.option("--incident", default="", metavar="ID", help=t("option.incident"))
@click.option("--accept-gaps", "accept", default="", metavar=t("meta.name"), help=t("option.accept_gaps"))
@click.option("--because", default="", help=t("option.because"))
@click.option("--since", type=_DAY, help=t("option.form_since"))
@click.option("--template", metavar=t("meta.file"), help=t("option.template"))
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
    suspicion: bool,
    known_on: datetime | None,
    wrongful: bool,
    incident: str,
    accept: str,
    because: str,
    since: datetime | None,
    template: str | None,
    clear_names: bool,
    policy_path: str | None,
    home: str | None,
    output: str | None,
) -> None:
    """Write a report."""
    from scanner.acts.issuing import Order
    from scanner.inventory.reader import Reader
    from scanner.report.forms.registry import ALIASES, FORMS
    from scanner.report.paper.kinds import usual_style

    name = ALIASES.get(form, form)
    if name not in (*FORMS, "overview", "14", "verifier"):
        _unknown(form)
    if style is None:  # the ending of the output says it, else the kind of paper that the form is
        ending = Path(output).suffix.lower().lstrip(".") if output else ""
        style = ending if ending in _STYLES else usual_style(name)
    state = common.the_home(home)
    ending = {"overview": "html", "14": "zip", "verifier": "html"}.get(name, style.partition("-")[0])
    path = _target(name, ending, state, output)
    if name == "verifier":
        from scanner.report.pack.verifier import joined

        _written(path, joined.program() if path.suffix.lower() == ".py" else joined.page())
        _key_told(state)
        return
    reader = Reader(state.database)
    asked = {
        "family": family,
        "point": point,
        "suspicion": suspicion,
        "known_on": known_on.date() if known_on else None,
        "wrongful": wrongful,
        "incident": incident,
        "accept": accept,
        "accept_why": because,
        "since": since.date() if since else None,
    }
    order = Order(name, style, contract, clear_names, Path(template) if template else None, asked)
    made = _made(order, state, reader, policy_path)
    if isinstance(made, bytes):
        _written(path, made)
    else:
        _packed(path, made)
    common.log(state, "report", form=name, output=str(path))


def _key_told(state: Home) -> None:
    """The key to hand over with a verifier, where this installation has signed anything."""
    from scanner.inventory.reader import Reader
    from scanner.inventory.record import heads
    from scanner.report.pack.verifier.notes import fingerprint

    keys = heads.verifiers(Reader(state.database).db) if state.database.exists() else []
    if keys:
        digits = fingerprint(keys[-1].vkey)
        grouped = " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
        click.echo(t("report.hand_over", vkey=keys[-1].vkey, fingerprint=grouped))


def _written(path: Path, data: bytes) -> None:
    try:
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=path), EXIT_USAGE) from None
    click.echo(t("report.written", path=path.absolute()))


def _unknown(form: str) -> None:
    known = known_forms()
    near = difflib.get_close_matches(form, known, n=1, cutoff=0.4)
    hint = " " + t("cli.did_you_mean", name=near[0]) if near else ""
    raise Failure(t("report.unknown_form", name=form, forms=", ".join(known)) + hint, EXIT_USAGE)


def _target(name: str, ending: str, state: Home, output: str | None) -> Path:
    from scanner.inventory.home import prepare

    if output:
        return Path(output)
    prepare(state)
    state.reports.mkdir(exist_ok=True, mode=0o700)
    return state.reports / f"{name}-{clock.for_a_name()}.{ending}"


def _packed(path: Path, files: list[tuple[str, bytes]]) -> None:
    """One zip, or a new folder where the name does not end like one."""
    from scanner.report.pack.verifier.container import zipped

    if path.suffix.lower() == ".zip":
        _written(path, b"".join(zipped(iter(files))))
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


def _made(order: Order, state: Home, reader: Reader, policy_path: str | None) -> bytes | list[tuple[str, bytes]]:
    from scanner.cli.settling import settled

    found = common.find_policy(policy_path, state)
    policy = common.load_policy(found)[0] if found else None
    if order.contract and order.contract not in {c.id for c in (policy.contract if policy else ())}:
        known = ", ".join(c.id for c in (policy.contract if policy else ())) or "—"
        raise Failure(t("receive.unknown_contract", contract=order.contract, known=known), EXIT_USAGE)
    found, policy, digest = settled(policy_path, state)
    if found:
        order.asked["base"] = Path(found).absolute().parent
    if order.number == "overview":
        from scanner.report import overview

        return overview.build(reader, policy).encode("utf-8")
    if order.number == "14":
        from scanner.acts.packing import pack

        return pack(order, state, reader, policy, digest)
    from scanner.acts.issuing import issue

    return issue(order, state, reader, policy, digest)
