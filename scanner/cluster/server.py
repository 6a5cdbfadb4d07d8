"""What the keeper of the server is given: settings of PostgreSQL, who is let in, and the statements of ``server.sql``."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from scanner.cluster.certificates import COORDINATOR, WORKER

DATABASE = "sekisho_cluster"
LEAST = 15
"""Version of PostgreSQL that is needed."""

_SETTINGS = """# included at the end of postgresql.conf
listen_addresses = '{host}'
port = {port}
max_connections = 100
ssl = on
ssl_min_protocol_version = 'TLSv1.3'
ssl_ca_file = 'sekisho/ca.pem'
ssl_cert_file = 'sekisho/own.pem'
ssl_key_file = 'sekisho/own-key.pem'
authentication_timeout = 10s
# a machine that lost its current or its cable is given up after half a minute
tcp_keepalives_idle = 10
tcp_keepalives_interval = 5
tcp_keepalives_count = 4
# the programs tell errors by them
lc_messages = 'C'
# nothing of a statement goes into a log
log_statement = 'none'
log_min_duration_statement = -1
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
"""

_LET_IN = """# instead of pg_hba.conf: the keeper over the socket; roles of the cluster with their own certificate over TLS; nobody else
local   all                all                   peer
hostssl {database}  +sekisho_workers  all  cert
hostssl {database}  {coordinator}  all  cert
"""


def write(folder: Path, host: str, port: int, workers: tuple[str, ...]) -> None:
    """Put everything into the folder of the server."""
    (folder / "sekisho.conf").write_text(_SETTINGS.format(host=host.strip("[]"), port=port), encoding="ascii")
    (folder / "pg_hba.conf").write_text(_LET_IN.format(database=DATABASE, coordinator=COORDINATOR), encoding="ascii")
    statements = files("scanner.cluster").joinpath("server.sql").read_text(encoding="ascii")
    (folder / "server.sql").write_text(statements + "\n".join(map(role_of, workers)) + "\n", encoding="ascii")


def role_of(worker: str) -> str:
    """The statement that lets one more worker in."""
    return f"create role {WORKER}{worker} login connection limit 1 in role sekisho_workers;"
