"""A connection to the server of the cluster: TLS with both certificates, as the role that the own certificate names."""

from __future__ import annotations

from typing import Any

from scanner.cluster.errors import ClusterError
from scanner.cluster.identity import Identity
from scanner.cluster.server import DATABASE, LEAST

VERSION = 1
"""Of what ``server.sql`` makes."""
_CONNECT_SECONDS = 10
SAID = (
    ("too many connections for role", "in_use"),
    ("does not exist", "not_set_up"),
    ("no pg_hba.conf entry", "not_set_up"),
    ("permission denied for database", "not_set_up"),
    ("certificate authentication failed", "refused"),
    ("server certificate for", "refused"),
    ("unexpected eof", "no_server"),
    ("SSL error:", "refused"),
    ("has group or world access", "key_open"),
)
"""What the library says while it connects, where no code tells it, and our word for it."""


def connect(identity: Identity) -> Any:
    """An open connection, each statement for itself. Raises ``ClusterError``; ``no_server`` where waiting may help."""
    import psycopg

    folder = identity.folder
    try:
        connection = psycopg.connect(
            host=identity.host,
            port=identity.port,
            dbname=DATABASE,
            user=identity.role,
            sslmode="verify-full",
            sslrootcert=str(folder / "ca.pem"),
            sslcert=str(folder / "own.pem"),
            sslkey=str(folder / "own-key.pem"),
            ssl_min_protocol_version="TLSv1.3",
            gssencmode="disable",
            connect_timeout=_CONNECT_SECONDS,
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=4,
            application_name="sekisho",
            autocommit=True,
        )
    except psycopg.OperationalError as error:
        raise ClusterError(_code(str(error)), server=f"{identity.host}:{identity.port}", role=identity.role) from None
    try:
        _check(connection, identity)
    except BaseException:
        connection.close()
        raise
    return connection


def _code(said: str) -> str:
    return next((code for text, code in SAID if text in said), "no_server")


def _check(connection: Any, identity: Identity) -> None:
    import psycopg

    if connection.info.server_version < LEAST * 10_000:
        raise ClusterError("old_server", least=LEAST, found=connection.info.server_version // 10_000)
    try:
        found = connection.execute("select cluster.version()").fetchone()[0]
    except psycopg.OperationalError:
        raise ClusterError("no_server", server=f"{identity.host}:{identity.port}") from None
    except psycopg.DatabaseError:
        raise ClusterError("not_set_up", server=f"{identity.host}:{identity.port}", role=identity.role) from None
    if found != VERSION:
        raise ClusterError("other_version", found=found, needed=VERSION)
