"""``sekisho setup``: puts the package for Windows to its place, for software distribution without questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_USAGE, Failure
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.service.interface import Change
    from scanner.service.setup import Setup


@click.command("setup", help=t("help.setup"), epilog=t("epilog.setup"))
@click.option("--silent", is_flag=True, help=t("option.setup_silent"))
@click.option("--uninstall", "away", is_flag=True, help=t("option.setup_uninstall"))
@click.option("--purge", is_flag=True, help=t("option.service_purge"))
@click.option("-y", "--yes", is_flag=True, help=t("option.service_yes"))
@click.option("--task", is_flag=True, help=t("option.service_task"))
@click.option("--target", metavar=t("meta.dir"), help=t("option.setup_target"))
@common.policy_option
@common.home_option
def command(
    silent: bool,
    away: bool,
    purge: bool,
    yes: bool,
    task: bool,
    target: str | None,
    policy_path: str | None,
    home: str | None,
) -> int:
    """Set up, upgrade or take away."""
    import scanner.cli.service  # noqa: F401  # before the program deletes itself: nothing can be imported after that
    from scanner.service import installing, place, setup
    from scanner.service.interface import Scope, ServiceError
    from scanner.service.machine import Windows

    source = place.package()
    if source is None:
        raise ServiceError("only_package")
    if installing.needs_rights():
        raise ServiceError("needs_admin")
    state = place.home_of(Scope.SYSTEM, common.the_home(home), home is not None)
    policy = Path(policy_path) if policy_path else None
    wanted = setup.Setup(source, Path(target) if target else setup.default_target(), state, policy, task)
    manager = place.manager(Scope.SYSTEM, task=task)
    if not away:
        if policy is not None:
            common.load_policy(policy)
        _tell(setup.install(wanted, Windows(), manager), silent)
        if not silent:
            _advise(wanted)
        return EXIT_OK
    if purge and not (silent or yes):
        from scanner.cli.service import ask

        ask(state)
    t("setup.not_there")  # the catalogue of texts is read now too
    changes = setup.uninstall(wanted, Windows(), manager, purge=purge)
    _tell(changes, silent)
    if not purge and not silent:
        click.echo(t("service.inventory_stays", home=state.path))
    if changes[0].what == "none":
        raise Failure(t("setup.not_there"), EXIT_USAGE)
    return EXIT_OK


def _tell(changes: list[Change], silent: bool) -> None:
    from scanner.cli.service import told

    for change in changes:
        if not silent:
            click.echo(told(change))


def _advise(wanted: Setup) -> None:
    """What is left to people: the policy where there is none, and the antivirus program."""
    from scanner.service import setup

    if not (wanted.home.path / setup.POLICY).exists():
        click.echo(t("service.no_policy", path=wanted.home.path / setup.POLICY), err=True)
    click.echo(t("setup.exclusions"))
    for path in setup.exclusions(wanted):
        click.echo(f"  {path}")
