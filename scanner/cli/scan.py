"""``sekisho scan``."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_GAPS, EXIT_INTERRUPTED, EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.errors import SekishoError
from scanner.messages import t
from scanner.printable import printable

if TYPE_CHECKING:
    from scanner.agent.swept import Rules
    from scanner.inventory.home import Home
    from scanner.model import Outcome
    from scanner.report.summary import Summary
    from scanner.scan.local import Elsewhere


def window_of(_: click.Context, __: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
        raise click.BadParameter(t("scan.bad_window"))
    return value


_SHARED = (
    common.policy_option,
    common.home_option,
    click.option(
        "--format",
        "style",
        type=click.Choice(["table", "jsonl", "json", "csv", "sarif"]),
        default="table",
        show_default=True,
        help=t("option.format"),
    ),
    click.option("-o", "--output", metavar=t("meta.file"), help=t("option.output")),
    click.option(
        "--depth",
        type=click.Choice(["quick", "balanced", "thorough"]),
        default="balanced",
        show_default=True,
        help=t("option.depth"),
    ),
    click.option("--full", is_flag=True, help=t("option.full")),
    click.option("--ocr", is_flag=True, help=t("option.ocr")),
    click.option("--exclude", multiple=True, metavar=t("meta.pattern"), help=t("option.exclude")),
    click.option("--ignore-files", is_flag=True, help=t("option.ignore_files")),
    click.option("--allow-gaps", is_flag=True, help=t("option.allow_gaps")),
    click.option("--passwords", metavar=t("meta.file"), help=t("option.passwords")),
    click.option("--max-rate", type=click.FloatRange(0), default=0.0, metavar="MB", help=t("option.max_rate")),
    click.option("--window", default="", metavar=t("meta.hours"), callback=window_of, help=t("option.window")),
    click.option("--quiet", is_flag=True, help=t("option.quiet")),
)


def shared_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a scan takes, whoever examines the files: this machine or a cluster."""
    for option in reversed(_SHARED):
        function = option(function)
    return function


@click.command("scan", help=t("help.scan"), epilog=t("epilog.scan"))
@click.argument("paths", nargs=-1, required=True, metavar=t("meta.paths"))
@shared_options
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help=t("option.jobs"))
@click.option("--dry-run", is_flag=True, help=t("option.dry_run"))
@click.option("--no-store", is_flag=True, help=t("option.no_store"))
@click.option("--priority", type=click.Choice(["low", "normal"]), help=t("option.priority"))
def command(
    paths: tuple[str, ...], jobs: int, dry_run: bool, no_store: bool, priority: str | None, **chosen: Any
) -> int:
    """Examine files; see the help text in the catalogue."""
    if dry_run:
        return _forecast(paths, store=not no_store, **chosen)
    if priority == "low" or (priority is None and sys.stderr.isatty()):
        from scanner.scan.pace import Pace

        Pace.lower_priority()  # on somebody's terminal the scan is the guest
    return start(paths, jobs=jobs, store=not no_store, **chosen)


def _forecast(
    paths: tuple[str, ...], *, store: bool, policy_path: str | None, home: str | None, style: str, **chosen: Any
) -> int:
    """What the scan would meet; nothing is read, nothing is written."""
    from scanner.cli import forecasting
    from scanner.policy.verdict import Judge
    from scanner.scan.forecast import Allowed, forecast
    from scanner.scan.local import Options, absolute_roots
    from scanner.sources.volumes import volume_of

    if style not in ("table", "json", "jsonl"):
        raise Failure(t("forecast.no_such_format"), EXIT_USAGE)
    roots = _roots(paths)
    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    policy = common.load_policy(found)[0] if found else None
    judge = Judge(policy, base=found.resolve().parent if found else None, volume=volume_of)
    options = Options(absolute_roots(roots), chosen["depth"], full=chosen["full"], ocr=chosen["ocr"])
    options.passwords = read_passwords(chosen["passwords"])
    options.exclude, options.ignore_files = patterns(chosen["exclude"]), chosen["ignore_files"]
    allowed = Allowed(store, chosen["max_rate"], chosen["window"])
    forecasting.show(forecast(options, state, judge, allowed), style)
    return EXIT_OK


def patterns(given: tuple[str, ...]) -> tuple[str, ...]:
    """Exclusions of the command line; one that says nothing is refused before a scan begins."""
    from scanner.policy.scanning import valid

    for pattern in given:
        if not valid(pattern):
            raise Failure(t("exclusions.invalid_pattern", pattern=pattern), EXIT_USAGE)
    return given


def _roots(paths: tuple[str, ...], absent: list[str] | None = None) -> tuple[bytes, ...]:
    """Paths that are there; anything else is refused before a scan begins. With ``absent``, to which they are added, those that are
    not are told and count as not examined, unless none is there."""
    from scanner.cli.faults import sentence

    roots = tuple(os.fsencode(p) for p in paths)
    for path, root in zip(paths, roots, strict=True):
        try:
            _there(path, root)
        except (Failure, SekishoError) as error:
            if absent is None or len(absent) + 1 == len(paths):
                raise
            absent.append(path)
            click.echo(printable(error.message) if isinstance(error, Failure) else sentence(error), err=True)
    return roots


def _there(path: str, root: bytes) -> None:
    if root.startswith(b"smb://"):
        _on_a_share(root)
    else:
        here(path)


def here(path: str) -> None:
    """Refuses a path of this machine that is not there."""
    if not _exists(os.fsencode(path)):
        raise Failure(t("scan.no_such_path", path=path), EXIT_USAGE)


def start(
    paths: tuple[str, ...],
    *,
    policy_path: str | None,
    home: str | None,
    style: str,
    output: str | None,
    depth: str,
    full: bool,
    ocr: bool,
    exclude: tuple[str, ...],
    ignore_files: bool,
    allow_gaps: bool,
    passwords: str | None,
    max_rate: float,
    window: str,
    quiet: bool,
    jobs: int = 1,
    store: bool = True,
    elsewhere: Elsewhere | None = None,
    absent: list[str] | None = None,
) -> int:
    """One scan; ``elsewhere``: who examines, where it is not this machine; ``absent``: takes the roots that are not there, where the
    others are to be scanned all the same. Returns the exit code."""
    from scanner.inventory.home import prepare
    from scanner.policy.verdict import Judge
    from scanner.report.writers import writer

    roots = _roots(paths, absent)
    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    policy, digest = common.load_policy(found) if found else (None, "")
    secrets = read_passwords(passwords)
    if ocr and find_spec("rapidocr") is None:
        raise Failure(t("scan.no_ocr"), EXIT_USAGE)
    prepare(state)

    from scanner.cli import correcting, progress
    from scanner.scan.local import Options, absolute_roots, scan
    from scanner.scan.pace import Pace
    from scanner.sources.volumes import volume_of

    judge = Judge(
        policy, base=found.resolve().parent if found else None, volume=volume_of, path=str(found or ""), digest=digest
    )
    options = Options(roots, depth, jobs, full, store, str(found or ""), digest, secrets, ocr)
    if store:
        correcting.resume(state, policy)
    options.exclude, options.ignore_files = patterns(exclude), ignore_files
    if elsewhere is not None:
        options.roots, options.elsewhere = absolute_roots(roots), elsewhere
    if max_rate or window:
        options.pace = Pace(max_rate, window)
    with _target(output) as stream:
        report = writer(style, stream, has_policy=policy is not None)
        with progress.shown(roots, quiet=quiet) as line:

            def each(outcome: Outcome) -> None:
                report.add(outcome)
                if line is not None:
                    line.ends(outcome)

            options.begins = line.begins if line is not None else None

            common.log(state, "scan_begins", roots=list(paths), depth=depth, policy=str(found or ""))
            summary = scan(options, state, judge, each)
        for contract in summary.keys_missing:
            click.echo(t("keys.cannot_compare", contract=contract), err=True)
        report.end(summary)
    if store:
        correcting.verify(state)
    if store and policy is not None and policy.record.timestamps:
        _stamp(state, policy.record.timestamps)
    if store and (state.keys / "terminal.key").exists():
        from scanner.agent.swept import Rules

        _tell(state, Rules(policy, digest, found.resolve().parent) if policy and found else None)
    common.log(
        state,
        "scan_ends",
        counts=dict(summary.counts),
        reasons=dict(summary.reasons),
        points=dict(summary.points),
        interrupted=summary.interrupted,
    )
    return exit_code(summary, allow_gaps)


def _stamp(state: Home, address: str) -> None:
    """The head that this scan ends with gets its time stamp, if the authority gives one; a scan does not fail by it."""
    from scanner.acts.timestamp import stamp
    from scanner.cli.faults import sentence

    try:
        made = stamp(state.database, address, [])
    except SekishoError as error:
        click.echo(t("ledger.stamp_none", why=sentence(error)), err=True)
        common.log(state, "stamp_failed", code=error.code)
    else:
        click.echo(t("ledger.stamped", size=f"{made.size:,}", at=clock.shown(made.at)), err=True)


def _tell(state: Home, rules: Rules | None) -> None:
    """A terminal that is enrolled tells its hub; a scan does not fail by it, and what cannot be told now is told next time."""
    from scanner.agent import taking
    from scanner.agent.sending import send
    from scanner.cli.faults import sentence
    from scanner.inventory.store import Store

    try:
        with Store(state.database, only_notes=True) as store:
            taking.done(store)
        told = send(state, rules, patient=True)
    except SekishoError as error:
        click.echo(t("agent.not_told", why=sentence(error)), err=True)
        common.log(state, "hub_not_told", code=error.code)
    else:
        common.log(state, "hub_told", batches=told.batches, waiting=told.waiting)


def _exists(root: bytes) -> bool:
    from scanner.errors import FileFault
    from scanner.patience import answered

    try:
        return answered(root, os.path.lexists, root)
    except FileFault:
        raise Failure(t("scan.no_answer", path=os.fsdecode(root)), EXIT_GAPS) from None


def _on_a_share(root: bytes) -> None:
    """A share is looked at before the scan begins: a wrong name or password is told at once."""
    from scanner.sources.smb import Shares

    Shares().check(root)


def exit_code(summary: Summary, allow_gaps: bool) -> int:
    if summary.interrupted:
        click.echo(t("scan.interrupted", count=summary.walked), err=True)
        return EXIT_INTERRUPTED
    baseline = summary.baseline
    if summary.points and (baseline is None or not baseline.in_force or baseline.new or baseline.worse):
        return EXIT_POINTS
    return EXIT_GAPS if summary.gaps and not allow_gaps else EXIT_OK


def read_passwords(path: str | None) -> tuple[str, ...]:
    """Passwords of a file, one a line; tried and never stored."""
    if path is None:
        return ()
    try:
        return tuple(line for line in Path(path).read_text(encoding="utf-8").splitlines() if line)
    except (OSError, UnicodeDecodeError):
        raise Failure(t("scan.passwords_unreadable", path=path), EXIT_USAGE) from None


@contextlib.contextmanager
def _target(output: str | None) -> Iterator[Any]:
    """Standard output, or the file, which is replaced only when it is complete."""
    if output is None:
        yield sys.stdout
        return
    final = Path(output)
    temporary = final.with_name(f".{final.name}.{os.getpid()}")
    try:
        common.refuse_taken(final)
        stream = temporary.open("w", encoding="utf-8", newline="")
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    try:
        with stream:
            yield stream
        common.put_in_place(temporary, final)
    finally:
        temporary.unlink(missing_ok=True)
