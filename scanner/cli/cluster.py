"""``sekisho cluster init|scheduler|worker|scan``: several machines, one scan."""

from __future__ import annotations

import os
import re
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.cli.scan import shared_options, start
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
    from scanner.cluster import certificates

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
    from scanner.cluster import nodes

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
    from scanner.cluster import nodes

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
@shared_options
def scan(folder: str, paths: tuple[str, ...], **chosen: Any) -> int:
    """As ``sekisho scan``, examined by the workers."""
    _ready()
    from scanner.cluster import nodes
    from scanner.cluster.coordinator import Workers

    where = _folder(folder)
    address = (where / "address").read_text(encoding="ascii").strip()
    return start(paths, elsewhere=Workers(lambda: nodes.connected(where, address)), **chosen)
