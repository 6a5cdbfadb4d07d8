"""``sekisho correct``: orders to move or erase files, prepared from open points; carried out by people, or on two signatures here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from scanner.cli import common, correcting
from scanner.cli.days import DAY
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.cli.passphrases import Passphrases
from scanner.cli.passphrases import option as passphrase_option
from scanner.cli.people import needed
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.acts.signing import Rules
    from scanner.inventory.corrections import Correction
    from scanner.inventory.home import Home


@click.group("correct", help=t("help.correct"), epilog=t("epilog.correct"))
def command() -> None:
    """Subcommands."""


def _begun(policy_path: str | None, home: str | None) -> tuple[Home, Rules]:
    """Home and policy, after what was broken off has been gone on with."""
    state, rules = needed(policy_path, home)
    correcting.resume(state, rules.policy)
    return state, rules


@command.command("prepare", help=t("help.correct_prepare"))
@click.argument("points", type=int, nargs=-1, required=True, metavar=t("meta.numbers"))
@click.option("--move", "place", default="", metavar=t("meta.place"), help=t("option.correct_move"))
@click.option("--erase", is_flag=True, help=t("option.correct_erase"))
@click.option("--instruction", required=True, help=t("option.correct_instruction"))
@click.option("--worker", required=True, help=t("option.correct_worker"))
@click.option("--due", type=DAY, required=True, metavar=t("meta.day"), help=t("option.correct_due"))
@common.policy_option
@common.home_option
def prepare(
    points: tuple[int, ...],
    place: str,
    erase: bool,
    instruction: str,
    worker: str,
    due: date,
    policy_path: str | None,
    home: str | None,
) -> None:
    """Orders for the files of these points."""
    from scanner.acts.correction import orders

    if bool(place) == erase:
        raise Failure(t("correct.move_or_erase"), EXIT_USAGE)
    state, rules = _begun(policy_path, home)
    wish = orders.Wish("erase" if erase else "move", instruction, worker, due, place)
    for number in orders.prepare(state, rules, points, wish):
        _tell(state, number)
    click.echo(t("correct.prepared"))


@command.command("list", help=t("help.correct_list"))
@common.policy_option
@common.home_option
def list_(policy_path: str | None, home: str | None) -> int:
    """All orders; whether any is open."""
    from scanner.inventory import corrections

    state, _ = _begun(policy_path, home)
    found = corrections.load(common.reading(state.database).db)
    for one in found:
        _line(one)
    if not found:
        click.echo(t("correct.none"))
    return EXIT_POINTS if any(one.state in ("prepared", "running", "undoing") for one in found) else EXIT_OK


@command.command("show", help=t("help.correct_show"))
@click.argument("number", type=int)
@common.policy_option
@common.home_option
def show(number: int, policy_path: str | None, home: str | None) -> None:
    """One order with what its medium allows."""
    state, _ = _begun(policy_path, home)
    _tell(state, number)


@command.command("sign", help=t("help.correct_sign"))
@click.argument("number", type=int)
@click.option("--by", required=True, help=t("option.signed_by"))
@click.option("--reviewer", default="", help=t("option.reviewer"))
@click.option("--undo", is_flag=True, help=t("option.correct_undo"))
@passphrase_option
@common.policy_option
@common.home_option
def sign(
    number: int, by: str, reviewer: str, undo: bool, files: tuple[str, ...], policy_path: str | None, home: str | None
) -> None:
    """One of two people, or both at one terminal."""
    from scanner.acts.correction import orders

    state, rules = _begun(policy_path, home)
    _tell(state, number)  # what is signed is shown before the passphrase is asked for
    asked = Passphrases(files)
    for person in filter(None, (by, reviewer)):
        count = orders.sign(state, rules, number, person, asked, undo=undo)
        click.echo(t("correct.signed" if count == 1 else "correct.signed_both", number=number))


@command.command("enable", help=t("help.correct_enable"))
@click.argument("first")
@click.argument("second")
@passphrase_option
@common.policy_option
@common.home_option
def enable(first: str, second: str, files: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """Two people sign the policy's rules for corrections."""
    from scanner.acts.correction import orders

    state, rules = _begun(policy_path, home)
    orders.enable(state, rules, first, second, Passphrases(files))
    click.echo(t("correct.enabled", days=rules.policy.correct.undo_days, shares=len(rules.policy.correct.shares)))


@command.command("run", help=t("help.correct_run"))
@click.argument("numbers", type=int, nargs=-1, required=True, metavar=t("meta.numbers"))
@common.policy_option
@common.home_option
def run(numbers: tuple[int, ...], policy_path: str | None, home: str | None) -> int:
    """Carry out what two people signed; each is told."""
    return _each(numbers, policy_path, home, undo=False)


@command.command("undo", help=t("help.correct_undo"))
@click.argument("numbers", type=int, nargs=-1, required=True, metavar=t("meta.numbers"))
@common.policy_option
@common.home_option
def undo(numbers: tuple[int, ...], policy_path: str | None, home: str | None) -> int:
    """Bring moved files back, on two signatures of their own."""
    return _each(numbers, policy_path, home, undo=True)


def _each(numbers: tuple[int, ...], policy_path: str | None, home: str | None, *, undo: bool) -> int:
    from scanner.acts.correction import running
    from scanner.acts.correction.stopping import CorrectionError
    from scanner.cli.faults import sentence

    state, rules = _begun(policy_path, home)
    code = EXIT_OK
    for number in dict.fromkeys(numbers):
        try:
            done = (running.undo if undo else running.run)(state, rules, number)
        except CorrectionError as error:
            click.echo(t("correct.not_done", number=number, why=sentence(error)), err=True)
            code = max(code, error.exit_code)
            continue
        click.echo(t(f"correct.{done.state}_{done.kind}", number=number, until=done.undo_until or "—"))
        for line in correcting.remarks(done):
            click.echo(f"    {line}")
    return code


@command.command("withdraw", help=t("help.correct_withdraw"))
@click.argument("number", type=int)
@common.policy_option
@common.home_option
def withdraw(number: int, policy_path: str | None, home: str | None) -> None:
    """Take an order back that was not carried out."""
    from scanner.acts.correction import orders

    state, _ = _begun(policy_path, home)
    orders.withdraw(state, number)
    click.echo(t("correct.withdrawn", number=number))


def _tell(state: Home, number: int) -> None:
    from scanner.acts.correction import medium, orders
    from scanner.model import display

    reader = common.reading(state.database)
    one = orders.one_of(reader.db, number)
    _line(one)
    if one.state in ("prepared", "done"):
        here = one.path if one.state == "prepared" else one.target
        for code in medium.codes(here) if here else ():
            click.echo(f"    {correcting.medium_told(code)}")
        for other in medium.other_names(here, reader.db) if here else ():
            click.echo(f"    {t('correct.other_name', path=display(other))}")
    for line in correcting.remarks(one):
        click.echo(f"    {line}")


def _line(one: Correction) -> None:
    from scanner.model import display

    target = display(one.target) if one.target else t("correct.nowhere")
    told = t(
        "correct.line", number=one.number, kind=t(f"correct.kind_{one.kind}"), path=display(one.path), target=target,
        instruction=one.instruction, worker=one.worker, due=one.due, point=one.point, contract=one.contract, families=one.family or "—",
        state=t("correct.state_verified" if one.checked and one.state == "done" else f"correct.state_{one.state}"),
    )  # fmt: skip
    click.echo(told)
