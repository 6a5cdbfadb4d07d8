"""The server: on this machine alone, or over TLS. Anything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner.console.loopback import stays_here
from scanner.errors import EXIT_USAGE, SekishoError


class ServerError(SekishoError):
    """A place to listen at that is not safe or not free; ``code`` names the message."""

    section = "console"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the console can be asked."""

    host: str = "localhost"
    port: int = 8443
    certificate: Path | None = None
    key: Path | None = None

    @property
    def secure(self) -> bool:
        """Whether over TLS."""
        return self.certificate is not None

    @property
    def address(self) -> str:
        """The beginning of every link."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"

    def refuse_open(self) -> None:
        """Raise ``ServerError`` where others of the network could read along."""
        if (self.certificate is None) != (self.key is None):
            raise ServerError("tls_both")
        for path in (self.certificate, self.key):
            if path is not None and not path.is_file():
                raise ServerError("tls_missing", path=path)
        if not self.secure and not stays_here(self.host):
            raise ServerError("not_local", host=self.host)


def run(listening: Listening, told: Callable[[], None]) -> None:
    """Serve until it is ended; ``told`` is called when it can be asked. Raises ``ServerError`` where the place is taken."""
    import uvicorn
    from django.core.asgi import get_asgi_application

    from scanner.console.bounds import bounded

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if self.started:
                told()

    config = uvicorn.Config(
        bounded(get_asgi_application()), host="127.0.0.1" if listening.host == "localhost" else listening.host, port=listening.port,
        ssl_certfile=str(listening.certificate) if listening.certificate else None,
        ssl_keyfile=str(listening.key) if listening.key else None,
        access_log=False, log_level="critical", server_header=False, date_header=True, proxy_headers=False, lifespan="off",
        timeout_keep_alive=15, limit_concurrency=64, h11_max_incomplete_event_size=32 * 1024, ws="none",
    )  # fmt: skip
    server = Server(config)
    try:
        server.run()
    except SystemExit:
        raise ServerError("port_taken", port=listening.port) from None
    if not server.started:
        raise ServerError("port_taken", port=listening.port)
