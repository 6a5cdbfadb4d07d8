"""``sekisho service``: the watch as a service of one user or of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_INTERNAL, EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t, t_or
from scanner.service.interface import Change, Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from scanner.inventory.home import Home
    from scanner.inventory.journal import Told
    from scanner.watch.supervisor import Supervisor

WATCH_LOG = "watch.log"
"""What the console of the watch would say, where a service of Windows has none."""


@click.group("service", help=t("help.service"), epilog=t("epilog.service"))
def command() -> None:
    """The watch as a service."""


def _scope_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--system`` and ``--task``."""
    task = click.option("--task", is_flag=True, help=t("option.service_task"))
    return click.option("--system", is_flag=True, help=t("option.service_system"))(task(function))


def _scope(system: bool) -> Scope:
    return Scope.SYSTEM if system else Scope.USER


def told(change: Change) -> str:
    """A change in words."""
    if change.what in ("changed", "set", "not_supported"):
        name = t_or(f"service_setting.{change.name}", change.name)
        return t(f"service.{change.what}", name=name, before=change.before or "-", after=change.after or "-")
    return t(f"service.{change.what}", path=change.after or change.before)


@command.command("install", help=t("help.service_install"))
@_scope_options
@common.policy_option
@common.home_option
def install(system: bool, task: bool, policy_path: str | None, home: str | None) -> None:
    """Register and start the service; over an older one say what was changed."""
    from scanner.service import installing, place

    scope = _scope(system)
    state = place.home_of(scope, common.the_home(home), home is not None)
    found = common.find_policy(policy_path, state)
    if found is not None:
        common.load_policy(found)
    for change in installing.install(scope, state, found, task=task):
        click.echo(told(change))
    if found is None:
        click.echo(t("service.no_policy", path=state.path / common.POLICY_NAME), err=True)


@command.command("uninstall", help=t("help.service_uninstall"))
@_scope_options
@common.home_option
@click.option("--purge", is_flag=True, help=t("option.service_purge"))
@click.option("-y", "--yes", is_flag=True, help=t("option.service_yes"))
def uninstall(system: bool, task: bool, home: str | None, purge: bool, yes: bool) -> int:
    """Stop and remove the service. The inventory stays, unless it shall go too."""
    from scanner.service import installing, place

    scope = _scope(system)
    state = place.home_of(scope, common.the_home(home), home is not None)
    if purge and not yes:
        ask(state)
    changes = installing.uninstall(scope, state, task=task, purge=purge)
    for change in changes:
        click.echo(told(change))
    if not purge:
        click.echo(t("service.inventory_stays", home=state.path))
    return EXIT_USAGE if changes == [Change("none")] else EXIT_OK


def ask(state: Home) -> None:
    """Raises ``Failure`` where nobody confirms."""
    from scanner.cli.console import somebody_there

    if not somebody_there():
        raise Failure(t("service.purge_needs_yes", home=state.path), EXIT_USAGE)
    click.confirm(t("service.purge_sure", home=state.path), abort=True)


@command.command("status", help=t("help.service_status"))
@_scope_options
@common.home_option
def status(system: bool, task: bool, home: str | None) -> int:
    """Whether it is installed and runs."""
    from scanner.service import place
    from scanner.watch.state import read

    scope = _scope(system)
    state = place.home_of(scope, common.the_home(home), home is not None)
    seen = place.manager(scope, task=task).status()
    click.echo(t("service.installed", path=seen.where) if seen.installed else t("service.none"))
    if seen.command:
        click.echo(t("service.command", command=seen.command))
    found = read(state.path)
    running = bool(found and found.running)
    if seen.running and not running:
        click.echo(t("service.waits", path=state.logs / WATCH_LOG))
    else:
        click.echo(t("service.running") if running else t("service.not_running"))
    return EXIT_OK if running else EXIT_POINTS


@command.command("run", hidden=True, help=t("help.service_run"))
@click.option("--manager", is_flag=True, help=t("option.manager"))
@common.policy_option
@common.home_option
def run(manager: bool, policy_path: str | None, home: str | None) -> int:
    """What the service of Windows starts: the watch with a log in place of a console."""
    from scanner.cli import watch
    from scanner.inventory import log
    from scanner.inventory.home import prepare

    state = common.the_home(home)
    path = state.logs / WATCH_LOG

    def write(line: str) -> None:
        try:
            log.append(path, f"{clock.shown(clock.stamp())}  {line}")
        except OSError:
            pass  # a full disk is told by the watch itself, in the system's log

    def make() -> Supervisor:
        prepare(state)
        supervisor, roots, missing = watch.made(state, (), common.find_policy(policy_path, state), hear)
        for name in missing:
            write(t("watch.unreachable", path=name))
        for root in roots:
            write(t("watch.root", path=root))
        write(t("watch.begins", home=state.path))
        return supervisor

    def hear(what: Told) -> None:
        write(watch.text(what))

    def tell(why: str) -> None:
        write(t("service.waits_for", why=why))

    def failed(error: Exception) -> int:
        return _failed(error, write)

    from scanner.service.waiting import Waiting

    waiting = Waiting(make, _passing, tell)
    if manager:
        from scanner.service import host

        host.serve(lambda: waiting, failed)
        return EXIT_OK
    try:
        waiting.run()
    except Exception as error:  # no console tells of it: the log does, and the scheduler gets the code
        return failed(error)
    write(t("watch.ends"))
    return EXIT_OK


def _passing(error: Exception) -> str:
    """Why the watch cannot begin yet, in words; nothing of an error that does not pass by itself."""
    from scanner.cli.faults import sentence
    from scanner.errors import SekishoError

    if isinstance(error, Failure):
        return error.message
    return sentence(error) if isinstance(error, SekishoError) else ""


def _failed(error: Exception, write: Callable[[str], None]) -> int:
    """Tell of an error that ends the service, in its log and in the system's; its exit code."""
    from scanner.watch import alerts, eventlog

    write(f"{t('cli.error')}: {_passing(error) or t('cli.internal', kind=type(error).__name__, where='service')}")
    code = getattr(error, "exit_code", EXIT_INTERNAL)
    alerts.to_syslog(t("service.ended", code=code), eventlog.FAULT)
    return int(code)
