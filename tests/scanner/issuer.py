"""A service of OpenID Connect on this machine, for tests: it signs in one invented person, and can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "sekisho-console", "an invented secret"


class Issuer:
    """What it says: ``subject`` of the person; ``claims`` over those that are right; codes that it gave out."""

    def __init__(self) -> None:
        self.subject, self.claims, self.status = "person-1", dict[str, Any](), 200
        self.asked: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.address = ""

    def code(self, asked: dict[str, str]) -> str:
        """A code for what was asked."""
        given = f"code-{len(self.codes)}"
        self.codes[given] = asked
        return given

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code: once, for its secret and the verifier of what was asked."""
        asked = self.codes.pop(sent.get("code", ""), None)
        proof = (
            base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
            .rstrip(b"=")
            .decode()
        )
        if asked is None or asked.get("code_challenge") != proof or sent.get("client_secret") != SECRET:
            return None
        now = int(time.time())
        said = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "name": "山田花子",
            "email": "h@example.jp",
        }
        told = jwt.encode({**said, **self.claims}, self.key, "RS256", {"kid": "1"})
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": told}


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *words: Any) -> None:
            """Silent."""

        def _json(self, value: Any, status: int = 200) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                ends = {
                    "authorization_endpoint": "authorize",
                    "token_endpoint": "token",
                    "jwks_uri": "keys",
                    "userinfo_endpoint": "who",
                }
                told = {name: f"{issuer.address}/{end}" for name, end in ends.items()}
                methods = ["client_secret_post"]
                self._json(
                    {"issuer": issuer.address, **told, "token_endpoint_auth_methods_supported": methods}, issuer.status
                )
            elif parts.path == "/authorize":
                asked = {k: v[0] for k, v in parse_qs(parts.query).items()}
                issuer.asked.append(asked)
                back = urlencode({"code": issuer.code(asked), "state": asked["state"]})
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._json({}, 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found = issuer.token({k: v[0] for k, v in parse_qs(body).items()})
            self._json(found or {"error": "invalid_grant"}, 200 if found else 400)

    return Handler


@contextmanager
def issuing() -> Iterator[Issuer]:
    """The service, until the end of the block."""
    issuer = Issuer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(issuer))
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
