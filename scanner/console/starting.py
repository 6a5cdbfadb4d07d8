"""Making ready: folder, secret, Django once for this process, the tables of the console, the link of the first officer."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Any

from scanner.console import configured
from scanner.console.secrets import folder_of, secret
from scanner.console.site import Site, serve

LOCAL = ("localhost", "127.0.0.1", "[::1]")


class Faults(logging.Handler):
    """What Django logs is told as kind and place: its texts quote addresses, and those may quote anything."""

    def emit(self, record: logging.LogRecord) -> None:
        """Only faults; refusals are entries of the record."""
        from scanner.console.faults import log_fault

        if record.exc_info and record.exc_info[1] is not None:
            log_fault(record.exc_info[1])


def ready(site: Site, hosts: Sequence[str] = LOCAL, *, secure: bool = False) -> None:
    """Serve ``site`` from this process. The libraries are set up once; another site in the same process changes the files alone."""
    import django
    from django.conf import settings

    from scanner.console.settings import settings as wanted

    folder_of(site.folder)
    site.service = configured.load(site.folder).oidc
    serve(site)
    known = configured.providers(site.service)
    table = wanted(site.database, secret(site.folder), hosts, secure=secure, providers=known)
    if settings.configured:
        _again(table)
    else:
        settings.configure(**table)
        quiet = logging.getLogger("django")
        quiet.handlers, quiet.propagate = [Faults(level=logging.WARNING)], False
        logging.getLogger("axes").propagate = False
        logging.getLogger("axes").addHandler(logging.NullHandler())
        django.setup()
    _tables(site)


def _again(table: dict[str, Any]) -> None:
    """Another site: its database, secret and hosts."""
    from django.conf import settings
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = table["DATABASES"]["default"]["NAME"]
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SOCIALACCOUNT_PROVIDERS"):
        setattr(settings, name, table[name])


def _tables(site: Site) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    if not site.database.exists():
        os.close(os.open(site.database, os.O_WRONLY | os.O_CREAT, 0o600))
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def first_link(address: str, *, anew: bool = False) -> str:
    """The link for the first officer; empty where there is one already, unless one is wanted ``anew`` by whoever has the machine."""
    from scanner.console.accounts import invitations

    return f"{address}/start/{invitations.first()}" if anew or invitations.nobody_yet() else ""
