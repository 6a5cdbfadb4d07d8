"""``sekisho report all --contract X -o DIR``: everything of a contract that can be handed in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.cli.report_output import ending_of, into
from scanner.messages import t
from scanner.report.forms.spec import STYLES

if TYPE_CHECKING:
    from scanner.acts.issuing import Order
    from scanner.inventory.home import Home
    from scanner.inventory.reader import Reader
    from scanner.policy.models import Policy


def hand_in(
    order: Order, style: str | None, output: str | None, state: Home, reader: Reader, policy: Policy | None, digest: str
) -> Path:
    """Write the forms and their index into a folder or zip; returns it. Raises ``Failure`` and ``PdfError``."""
    from scanner.acts import handing_in
    from scanner.report.forms import names

    contracts = policy.contract if policy else ()
    if not order.contract and len(contracts) == 1:
        order.contract = contracts[0].id
    if policy is None or not order.contract:
        known = ", ".join(c.id for c in contracts) or "—"
        raise Failure(t("report.which_contract", known=known), EXIT_USAGE)
    contract = next(c for c in contracts if c.id == order.contract)
    day = clock.today()
    title = names.file_name("all", contract.id, day, "").rstrip(".")
    path = Path(output) if output else state.reports / title
    _fit(path)
    made = handing_in.everything(order, state, reader, policy, digest, style)
    done = [one for one in made if not one.why]
    page = names.file_name("00", contract.id, day, "html", "目次")
    if path.suffix.lower() == ".zip":
        files = [(page, handing_in.index(made, contract, day)), *((one.name, one.data) for one in done)]
        common.put(path, handing_in.zipped(files))
    else:
        for one, name in zip(done, into(path, done), strict=True):
            one.name = name
        (page,) = into(path, [handing_in.Made("00", "目次", page, handing_in.index(made, contract, day))])
    for one in made:
        click.echo(f"  {one.name}" if not one.why else f"  — {names.called(one.number)}: {one.why}")
    click.echo(t("report.all_made", made=len(done), left=len(made) - len(done), index=page, path=path.absolute()))
    return path


def _fit(path: Path) -> None:
    """Whether forms can be written there: told before anything is entered in the record. Raises ``Failure``."""
    ending = path.suffix.lower().lstrip(".")
    if ending in {ending_of(style) for style in STYLES}:
        raise Failure(t("report.ending", path=path, endings=f".zip{t('report.or_folder')}"), EXIT_USAGE)
    if ending == "zip":
        return
    if path.exists() and not path.is_dir():
        raise Failure(t("report.no_folder", path=path), EXIT_USAGE)
    into(path, [])
