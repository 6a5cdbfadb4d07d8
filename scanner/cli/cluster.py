"""``sekisho cluster init|scheduler|worker|scan``: several machines, one scan."""

from __future__ import annotations

import os
import re
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.group("cluster", help=t("help.cluster"), epilog=t("epilog.cluster"))
def command() -> None:
    """Several machines."""


def _ready() -> None:
    if find_spec("distributed") is None or find_spec("cryptography") is None:
        raise Failure(t("cluster.missing_extra"), EXIT_USAGE)


def _address(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"(?:tls://)?([^:\[\]\s]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})", text)
    if match is None or match[1] in ("0.0.0.0", "::"):  # noqa: S104  # refused: nothing may listen everywhere
        raise Failure(t("cluster.bad_address", address=text), EXIT_USAGE)
    return match[1], int(match[2])


def _folder(text: str) -> Path:
    path = Path(text)
    if not (path / "ca.pem").exists():
        raise Failure(t("cluster.no_folder", path=path), EXIT_USAGE)
    return path


@command.command("init", help=t("help.cluster_init"))
@click.option("--address", required=True, metavar="HOST:PORT", help=t("option.cluster_address"))
@click.option(
    "-o", "--output", default="cluster", show_default=True, metavar=t("meta.dir"), help=t("option.cluster_output")
)
def init(address: str, output: str) -> None:
    """Certificates, and one command for each machine."""
    from scanner.run.cluster import certificates

    _ready()
    host, port = _address(address)
    folder = Path(output)
    if folder.exists():
        raise Failure(t("cluster.exists", path=folder), EXIT_USAGE)
    certificates.init(folder, host)
    (folder / "address").write_text(f"tls://{host}:{port}\n", encoding="ascii")
    click.echo(t("cluster.made", path=folder.absolute(), address=f"{host}:{port}"))


@command.command("scheduler", help=t("help.cluster_scheduler"))
@click.argument("folder", metavar=t("meta.dir"))
def scheduler(folder: str) -> None:
    """Until it is ended."""
    from scanner.run.cluster import nodes

    _ready()
    path = _folder(folder)
    host, port = _address((path / "address").read_text(encoding="ascii").strip())
    click.echo(t("cluster.scheduler_on", address=f"{host}:{port}"))
    nodes.run_scheduler(path, host, port)


@command.command("worker", help=t("help.cluster_worker"))
@click.argument("folder", metavar=t("meta.dir"))
@click.option("--host", default="", help=t("option.cluster_host"))
@click.option("--name", default="", help=t("option.cluster_name"))
@common.home_option
def worker(folder: str, host: str, name: str, home: str | None) -> None:
    """Until it is ended."""
    from scanner.run.cluster import nodes

    _ready()
    path = _folder(folder)
    address = (path / "address").read_text(encoding="ascii").strip()
    own = host or _own_address(_address(address)[0])
    click.echo(t("cluster.worker_on", address=address.removeprefix("tls://"), host=own))
    nodes.run_worker(
        path, address, own, name or f"{socket.gethostname()}-{os.getpid()}", common.the_home(home).path / "worker"
    )


def _own_address(server: str) -> str:
    """The address of this machine on the way to the scheduler; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((server, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


@command.command("scan", help=t("help.cluster_scan"))
@click.argument("folder", metavar=t("meta.dir"))
@click.argument("paths", nargs=-1, required=True, metavar=t("meta.paths"))
@click.option(
    "--depth",
    type=click.Choice(["quick", "balanced", "thorough"]),
    default="balanced",
    show_default=True,
    help=t("option.depth"),
)
@click.option("--full", is_flag=True, help=t("option.full"))
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "jsonl", "json", "csv", "sarif"]),
    default="table",
    help=t("option.format"),
)
@click.option("--allow-gaps", is_flag=True, help=t("option.allow_gaps"))
@common.policy_option
@common.home_option
def scan(
    folder: str,
    paths: tuple[str, ...],
    depth: str,
    full: bool,
    style: str,
    allow_gaps: bool,
    policy_path: str | None,
    home: str | None,
) -> int:
    """As ``sekisho scan``, examined by the workers."""
    from scanner.cli.scan import exit_code
    from scanner.inventory.home import prepare
    from scanner.policy.verdict import Judge
    from scanner.report.writers import writer
    from scanner.run.cluster import nodes
    from scanner.run.cluster.coordinator import ClusterError
    from scanner.run.local import Options
    from scanner.run.local import scan as run
    from scanner.sources.volumes import volume_of

    _ready()
    where = _folder(folder)
    address = (where / "address").read_text(encoding="ascii").strip()
    for path in paths:
        if not os.path.lexists(path):
            raise Failure(t("scan.no_such_path", path=path), EXIT_USAGE)
    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    policy, digest = common.load_policy(found) if found else (None, "")
    prepare(state)
    roots = tuple(os.path.abspath(os.fsencode(p)) for p in paths)
    options = Options(roots, depth, full=full, policy_path=str(found or ""), policy_sha256=digest)
    options.cluster = lambda: nodes.connected(where, address)
    judge = Judge(policy, base=found.resolve().parent if found else None, volume=volume_of)
    report = writer(style, sys.stdout, has_policy=policy is not None)
    try:
        summary = run(options, state, judge, report.add)
    except ClusterError as error:
        raise Failure(t(f"cluster.{error.code}", **error.details), EXIT_USAGE) from None
    report.end(summary)
    return exit_code(summary, allow_gaps)
