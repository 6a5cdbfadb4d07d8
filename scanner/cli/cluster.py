"""``sekisho cluster init|add|worker|scan``: several machines, one scan."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.faults import sentence
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.cli.scan import shared_options, start
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.cluster.errors import ClusterError
    from scanner.cluster.identity import Identity


@click.group("cluster", help=t("help.cluster"), epilog=t("epilog.cluster"))
def command() -> None:
    """Several machines."""


def _ready() -> None:
    if find_spec("psycopg") is None or find_spec("cryptography") is None:
        raise Failure(t("cluster.missing_extra"), EXIT_USAGE)


def _address(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})", text)
    if match is None or match[1] in ("0.0.0.0", "[::]"):  # noqa: S104  # refused: nothing may listen everywhere
        raise Failure(t("cluster.bad_address", address=text), EXIT_USAGE)
    return match[1].strip("[]"), int(match[2])


def _name(text: str) -> str:
    from scanner.cluster.certificates import NAME, RESERVED

    if not NAME.fullmatch(text) or text in RESERVED:
        raise Failure(t("cluster.bad_name", name=text), EXIT_USAGE)
    return text


def _identity(folder: str, role: str) -> Identity:
    """The folder of a machine whose role begins with ``role``."""
    from scanner.cluster.identity import Identity

    try:
        identity = Identity.load(Path(folder))
    except (OSError, ValueError):
        raise Failure(t("cluster.no_folder", path=folder), EXIT_USAGE) from None
    if not identity.role.startswith(role):
        raise Failure(t("cluster.other_role", path=folder, role=identity.role), EXIT_USAGE)
    return identity


@command.command("init", help=t("help.cluster_init"))
@click.option("--address", required=True, metavar=t("meta.listen"), help=t("option.cluster_address"))
@click.option(
    "--worker", "workers", multiple=True, default=("w1", "w2"), show_default=True, help=t("option.cluster_worker")
)
@click.option(
    "-o", "--output", default="cluster", show_default=True, metavar=t("meta.dir"), help=t("option.cluster_output")
)
def init(address: str, workers: tuple[str, ...], output: str) -> None:
    """Certificates, and what to do on each machine."""
    from scanner.cluster import certificates, server

    _ready()
    host, port = _address(address)
    names = tuple(dict.fromkeys(map(_name, workers)))
    folder = Path(output)
    if folder.exists():
        raise Failure(t("cluster.exists", path=folder), EXIT_USAGE)
    certificates.init(folder, host, port, names)
    server.write(folder / "server", host, port, names)
    where = folder.absolute()
    click.echo(t("cluster.made", path=where, address=address, port=port, least=server.LEAST, first=names[0]))


@command.command("add", help=t("help.cluster_add"))
@click.argument("folder", metavar=t("meta.dir"))
@click.argument("worker", metavar=t("meta.name"))
def add(folder: str, worker: str) -> None:
    """One more worker: its folder, and the statement that lets it in."""
    from scanner.cluster import certificates, server

    _ready()
    where, name = Path(folder), _name(worker)
    if not (where / "ca-key.pem").exists():
        raise Failure(t("cluster.no_authority", path=where), EXIT_USAGE)
    try:
        certificates.add(where, name)
    except FileExistsError:
        raise Failure(t("cluster.exists", path=where / name), EXIT_USAGE) from None
    statement = server.role_of(name)
    click.echo(t("cluster.added", path=(where / name).absolute(), database=server.DATABASE, statement=statement))


@command.command("worker", help=t("help.cluster_worker"))
@click.argument("folder", metavar=t("meta.dir"))
def worker(folder: str) -> None:
    """Until it is ended."""
    from scanner.cluster import worker
    from scanner.cluster.certificates import WORKER

    _ready()
    identity = _identity(folder, WORKER)

    def waits(error: ClusterError) -> None:
        click.echo(t("cluster.waits", reason=sentence(error)), err=True)

    server = f"{identity.host}:{identity.port}"
    click.echo(t("cluster.worker_on", name=identity.role.removeprefix(WORKER), server=server))
    worker.run(Path(folder), waits)


@command.command("scan", help=t("help.cluster_scan"))
@click.argument("folder", metavar=t("meta.dir"))
@click.argument("paths", nargs=-1, required=True, metavar=t("meta.paths"))
@shared_options
def scan(folder: str, paths: tuple[str, ...], **chosen: Any) -> int:
    """As ``sekisho scan``, examined by the workers."""
    _ready()
    from scanner.cluster.certificates import COORDINATOR
    from scanner.cluster.coordinator import Workers

    _identity(folder, COORDINATOR)
    return start(paths, elsewhere=Workers(Path(folder)), **chosen)
