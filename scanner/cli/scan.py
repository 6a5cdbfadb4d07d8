"""``sekisho scan``."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import common
from scanner.cli.main import EXIT_GAPS, EXIT_INTERRUPTED, EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.model import Outcome
    from scanner.report.summary import Summary


@click.command("scan", help=t("help.scan"), epilog=t("epilog.scan"))
@click.argument("paths", nargs=-1, required=True, metavar=t("meta.paths"))
@common.policy_option
@common.home_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "jsonl", "json", "csv", "sarif"]),
    default="table",
    show_default=True,
    help=t("option.format"),
)
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.output"))
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help=t("option.jobs"))
@click.option(
    "--depth",
    type=click.Choice(["quick", "balanced", "thorough"]),
    default="balanced",
    show_default=True,
    help=t("option.depth"),
)
@click.option("--full", is_flag=True, help=t("option.full"))
@click.option("--ocr", is_flag=True, help=t("option.ocr"))
@click.option("--no-store", is_flag=True, help=t("option.no_store"))
@click.option("--allow-gaps", is_flag=True, help=t("option.allow_gaps"))
@click.option("--passwords", metavar=t("meta.file"), help=t("option.passwords"))
@click.option("--quiet", is_flag=True, help=t("option.quiet"))
def command(
    paths: tuple[str, ...],
    policy_path: str | None,
    home: str | None,
    style: str,
    output: str | None,
    jobs: int,
    depth: str,
    full: bool,
    ocr: bool,
    no_store: bool,
    allow_gaps: bool,
    passwords: str | None,
    quiet: bool,
) -> int:
    """Examine files; see the help text in the catalogue."""
    from scanner.inventory.home import prepare
    from scanner.policy.verdict import Judge
    from scanner.report.writers import writer

    roots = tuple(os.fsencode(p) for p in paths)
    for path, root in zip(paths, roots, strict=True):
        if root.startswith(b"smb://"):
            _on_a_share(root)
        elif not os.path.lexists(root):
            raise Failure(t("scan.no_such_path", path=path), EXIT_USAGE)
    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    policy, digest = common.load_policy(found) if found else (None, "")
    secrets = read_passwords(passwords)
    if ocr and find_spec("rapidocr") is None:
        raise Failure(t("scan.no_ocr"), EXIT_USAGE)
    prepare(state)

    from scanner.run.local import Options, scan
    from scanner.sources.volumes import volume_of

    judge = Judge(policy, base=found.resolve().parent if found else None, volume=volume_of)
    options = Options(roots, depth, jobs, full, not no_store, str(found or ""), digest, secrets, ocr)
    with _target(output) as stream:
        report = writer(style, stream, has_policy=policy is not None)
        with _progress(quiet, style, output) as observe:

            def each(outcome: Outcome) -> None:
                report.add(outcome)
                observe(outcome)

            common.log(state, "scan_begins", roots=list(paths), depth=depth, policy=str(found or ""))
            summary = scan(options, state, judge, each)
        for contract in summary.keys_missing:
            click.echo(t("keys.cannot_compare", contract=contract), err=True)
        report.end(summary)
    common.log(
        state,
        "scan_ends",
        counts=dict(summary.counts),
        reasons=dict(summary.reasons),
        points=dict(summary.points),
        interrupted=summary.interrupted,
    )
    return exit_code(summary, allow_gaps)


def _on_a_share(root: bytes) -> None:
    """A share is looked at before the scan begins: a wrong name or password is told at once."""
    from scanner.sources.smb import Shares, SmbError

    try:
        Shares().check(root)
    except SmbError as error:
        raise Failure(t(f"smb.{error.code}", **error.details), EXIT_USAGE) from None


def exit_code(summary: Summary, allow_gaps: bool) -> int:
    if summary.interrupted:
        click.echo(t("scan.interrupted", count=summary.walked), err=True)
        return EXIT_INTERRUPTED
    if summary.points:
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
        stream = temporary.open("w", encoding="utf-8", newline="")
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    try:
        with stream:
            yield stream
        os.replace(temporary, final)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _progress(quiet: bool, style: str, output: str | None) -> Iterator[Any]:
    """A progress line on a terminal; silent when piped."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    done = [0, 0]
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(t("scan.progress_start"), total=None)

        def observe(outcome: Outcome) -> None:
            done[0] += 1
            done[1] += outcome.ref.size
            elapsed = max(0.001, bar.tasks[0].elapsed or 0.001)
            name = outcome.ref.name if len(outcome.ref.name) < 40 else outcome.ref.name[:37] + "…"
            text = t(
                "scan.progress",
                files=f"{done[0]:,}",
                size=f"{done[1] / 1e6:,.1f}",
                rate=f"{done[0] / elapsed:,.0f}",
                name=name,
            )
            bar.update(task, description=text.replace("[", "\\["))

        yield observe
