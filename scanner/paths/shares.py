"""One address for one place on a share, however it is written: with or without the port, by slashes of either kind.

``smb://SERVER:445/Share``, ``//server./share`` and ``\\\\server\\share`` are the same share. Nothing here asks a server or a
disk; links are resolved where a path comes in.
"""

from __future__ import annotations

import ipaddress
import posixpath
import re
import unicodedata
from typing import NamedTuple
from urllib.parse import unquote

PORT = 445
_URL = re.compile(r"smb://(\[[^\]/]+\]|[^/:@\[\]]+)(?::(\d{1,5}))?/([^/]+)(?:/(.*))?", re.DOTALL | re.IGNORECASE)
_UNC = re.compile(
    r"(?://[?.]/unc/|//)(\[[^\]/]+\]|[^/:?@\[\]]+)(?::(\d{1,5}))?/([^/]+)(?:/(.*))?", re.DOTALL | re.IGNORECASE
)
_LITERAL = ".ipv6-literal.net"


class Share(NamedTuple):
    """A place on a share. ``server`` is lower case and without a dot at its end, an IPv6 address in its short form;
    ``share`` is lower case, because no server tells shares by case; ``path`` is as it was written."""

    server: str
    port: int
    share: str
    path: str

    @property
    def front(self) -> str:
        """``//server[:port]/share``, without the port that every server has."""
        host = f"[{self.server}]" if ":" in self.server else self.server
        return f"//{host}{'' if self.port == PORT else f':{self.port}'}/{self.share}"

    @property
    def url(self) -> str:
        """The one address of this place."""
        return f"smb:{self.front}" + (f"/{self.path}" if self.path else "")


def share(text: str, *, encoded: bool = False) -> Share | None:
    """The place on a share that ``text`` names as an address or a UNC path; ``None`` where it names none.

    ``encoded``: whether ``%20`` in an address stands for a space, as people copy it, or for itself, as we write it.
    """
    match = _URL.fullmatch(text)
    if match is None:
        if not text.startswith(("\\\\", "//")):
            return None
        match = _UNC.fullmatch(text.replace("\\", "/"))
        encoded = False
    if match is None:
        return None
    host, port, name, path = match.groups()
    number = int(port or PORT)
    server = _server(host)
    if not server or not 0 < number < 65536:
        return None
    if encoded:
        name, path = unquote(name), unquote(path or "")
    inner = posixpath.normpath(f"/{path or ''}").strip("/")
    return Share(server, number, unicodedata.normalize("NFC", name).lower(), inner)


def _server(host: str) -> str:
    name = unicodedata.normalize("NFKC", host).lower().rstrip(".")
    if name.endswith(_LITERAL):
        name = f"[{name.removesuffix(_LITERAL).replace('-', ':').replace('s', '%')}]"
    if not name.startswith("["):
        return name
    address, _, zone = name.strip("[]").partition("%")
    try:
        return ipaddress.IPv6Address(address).compressed + (f"%{zone}" if zone else "")
    except ValueError:
        return ""
