"""``sekisho console``: the officers' pages, on this machine or over TLS."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.command("console", help=t("help.console"), epilog=t("epilog.console"))
@click.option("--port", type=click.IntRange(1, 65_535), default=8443, show_default=True, help=t("option.console_port"))
@click.option("--host", default="localhost", metavar=t("meta.host_name"), help=t("option.console_host"))
@click.option("--tls-cert", "certificate", metavar=t("meta.file"), help=t("option.console_cert"))
@click.option("--tls-key", "key", metavar=t("meta.file"), help=t("option.console_key"))
@click.option("--new-link", is_flag=True, help=t("option.console_link"))
@common.policy_option
@common.home_option
def command(
    port: int,
    host: str,
    certificate: str | None,
    key: str | None,
    new_link: bool,
    policy_path: str | None,
    home: str | None,
) -> None:
    """Serve the pages."""
    from scanner.console.server import Listening
    from scanner.inventory.home import prepare
    from scanner.inventory.reader import Reader
    from scanner.inventory.store import Store

    listening = Listening(host, port, *(Path(p) if p else None for p in (certificate, key)))
    listening.refuse_open()
    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    if found is not None:
        common.load_policy(found)  # what is wrong with it is told here, not on every page
    if found is None or state.database.exists():
        Reader(state.database).close()  # a clear message where there is neither
    prepare(state)
    if not state.database.exists():
        Store(
            state.database, only_notes=True
        ).close()  # the first originals and the first scan are asked for on the pages
    try:
        from scanner.console import server, starting
        from scanner.console.jobs import worker
        from scanner.console.site import Site

        site = Site(state, found)
        starting.ready(site, (*starting.LOCAL, host), secure=listening.secure)
    except ModuleNotFoundError as missing:
        raise Failure(t("console.not_installed", module=str(missing.name)), EXIT_USAGE) from None
    link = starting.first_link(listening.address, anew=new_link)

    def told() -> None:
        worker.settle(site)  # work that waited when the machine was switched off waits for nobody to look
        click.echo(t("console.listening", address=listening.address))
        if link:
            click.echo(t("console.first_link", link=link))
        click.echo(t("console.how_to_end"))

    server.run(listening, told)
