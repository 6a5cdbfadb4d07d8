"""The hub over HTTPS: TLS 1.3, bodies of bounded size, no more at once than it can bear. What was taken is entered by another process."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable
from typing import Any

import orjson

from scanner.fleet.frame import FRAME_MOST
from scanner.hub import guard
from scanner.hub.answers import SMALL, Answers
from scanner.hub.desk import Desk
from scanner.hub.enterer import Enterer, kind, tell
from scanner.hub.errors import HubError, Refusal
from scanner.hub.terminals import refused

WAITING_MOST = 64
"""Calls that wait or are answered at once; the next one is told to come later."""
CONNECTIONS_MOST = 256
LATER = (5, 60)
"""Seconds between which a terminal that is told so comes again, so that they do not come together."""
_BODY_SECONDS = 30.0
_LARGE = frozenset({"/v1/batch", "/v1/part"})
"""Calls whose bodies are data of a size."""


def application(desk: Desk, waiting_most: int, told: Callable[[str], None]) -> Any:
    """The ASGI application, which answers so many calls at once; ``told`` takes what goes wrong inside it, each kind once."""
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import ClientDisconnect, Request
    from starlette.responses import Response
    from starlette.routing import Route

    answers = Answers(desk)
    busy = 0
    kinds: set[str] = set()

    def said(status: int, facts: dict[str, Any], later: int = 0) -> Response:
        headers = {"Retry-After": str(later)} if later else {}
        return Response(orjson.dumps(facts), status, headers, "application/json")

    async def answered(request: Request) -> Response:
        nonlocal busy
        taken = False  # a place among those that are answered; who is still sending has none
        try:
            path, address = request.url.path, request.client.host if request.client else ""
            if busy >= waiting_most:
                return said(429, {"refused": "later"}, random.randrange(*LATER))  # noqa: S311
            body = await _body(request, FRAME_MOST if path in _LARGE else SMALL)
            if body is None:
                await run_in_threadpool(refused, desk.database, "oversize")
                return said(413, {"refused": "oversize"})
            busy, taken = busy + 1, True
            return said(200, await run_in_threadpool(answers.answer, path, request.headers, body, address))
        except Refusal as refusal:
            return said(refusal.status, {"refused": refusal.what, **refusal.facts})
        except (ClientDisconnect, TimeoutError):
            await run_in_threadpool(refused, desk.database, "slow")
            return said(408, {"refused": "slow"})
        except HubError:
            return said(503, {"refused": "later"}, random.randrange(*LATER))  # noqa: S311
        except Exception as error:  # an edge: counted, and its kind told; what it quotes is not
            if kind(error) not in kinds:
                kinds.add(kind(error))
                tell(told, kind(error))
            await run_in_threadpool(refused, desk.database, "internal")
            return said(500, {"refused": "internal"})
        finally:
            busy -= taken

    return Starlette(routes=[Route("/{path:path}", answered, methods=["POST"])])


async def _body(request: Any, most: int) -> bytes | None:
    """The body; ``None`` where it is larger than ``most``, of which no more is read."""
    found = bytearray()
    async with asyncio.timeout(_BODY_SECONDS):
        async for part in request.stream():
            found += part
            if len(found) > most:
                return None
    return bytes(found)


class Server:
    """uvicorn, and the process that enters; ``run`` until it is stopped."""

    def __init__(self, desk: Desk, host: str, port: int, told: Callable[[str], None]) -> None:
        """Raises ``HubError`` where the libraries are missing or the certificate cannot be used.

        Args:
            told: takes the code of what goes wrong, each kind once.
        """
        try:
            import uvicorn
        except ImportError:
            raise HubError("not_installed") from None
        self._desk = desk
        self._enterer = Enterer(desk.home, told)
        guard.many_files()
        places = guard.Guard(CONNECTIONS_MOST, lambda why, count: refused(desk.database, why, count=count))
        config = uvicorn.Config(
            application(desk, WAITING_MOST, told),
            host=host,
            port=port,
            http=guard.protocol(places),
            ssl_certfile=str(desk.certificate),
            ssl_keyfile=str(desk.certificate_key),
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_keep_alive=15,
            limit_concurrency=CONNECTIONS_MOST,
            timeout_graceful_shutdown=10,
        )
        try:
            config.load()
        except (OSError, ssl.SSLError):
            raise HubError("bad_certificate", path=desk.certificate) from None
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3  # type: ignore[union-attr]  # it was loaded with a certificate
        self.uvicorn = uvicorn.Server(config)

    def run(self, listening: Any = None) -> None:
        """Serve; ``listening``: an open socket instead of the address."""
        self._enterer.start()
        try:
            with asyncio.Runner(loop_factory=guard.Loop) as runner:
                runner.run(self.uvicorn.serve(sockets=[listening] if listening is not None else None))
        finally:
            self._enterer.stop()
            self._desk.database.close()
