"""Where a file came from, from the mark that the system or a browser has left beside it: a word for the zone and, where it is
told, one for the way (``internet/webmail``). No address is kept: whoever is written in one may be a person.

Windows: the stream ``Zone.Identifier`` (MS documentation "Mark of the Web"; zones as ``URLZONE`` of ``urlmon.h``; Explorer writes
the archive that a file was unpacked from as its referrer) and ``SmartScreen``. Linux: the attributes that browsers and curl write
(freedesktop.org, "CommonExtendedAttributes").
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

STREAMS = ("Zone.Identifier", "SmartScreen")
MOST_BYTES = 16_384
"""More of a mark is not read: addresses are at most some thousand characters."""
ZONES = ("local", "intranet", "trusted", "internet", "restricted")
WAYS = ("web", "webmail", "cloud", "transfer", "share", "archive")
_LINE = re.compile(r"^\s*(ZoneId|ReferrerUrl|HostUrl)\s*=\s*(.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_ARCHIVE = re.compile(r"\.(?:zip|lzh|7z|rar|cab|tar|tgz|gz)(?:[\\/].*)?", re.IGNORECASE)
_ON_DISK = re.compile(r"(?:file:/*)?(?:[A-Za-z]:[\\/]|[\\/]{2})")
_HOSTS = {
    "webmail": ("mail.google.com", "mail.yahoo.co.jp", "outlook.live.com", "outlook.office.com", "outlook.office365.com"),
    "cloud": (
        "drive.google.com", "googleusercontent.com", "sharepoint.com", "onedrive.live.com", "1drv.com", "dropbox.com",
        "dropboxusercontent.com", "box.com", "boxcloud.com", "icloud.com",
    ),
    "transfer": ("gigafile.nu", "firestorage.jp", "datadeliver.net", "wetransfer.com", "bitsend.jp", "axfc.net"),
}  # fmt: skip
"""Kinds of services by the end of the host name."""
_INNER = (".local", ".lan", ".localdomain", ".internal", ".intranet", ".corp", ".home", ".home.arpa", ".test")


def of_zone(text: str) -> str:
    """What ``Zone.Identifier`` tells; empty where it tells nothing."""
    told = {key.lower(): value for key, value in _LINE.findall(text)}
    number = told.get("zoneid", "")
    if not number.isascii() or not number.isdecimal() or int(number) >= len(ZONES):
        return ""
    way = _archive(told.get("referrerurl", "")) or _way(told.get("hosturl", "")) or _way(told.get("referrerurl", ""))
    return _words(ZONES[int(number)], way)


def of_smartscreen() -> str:
    """What the mark of a browser's check tells by being there: it is set on downloads alone."""
    return "internet"


def of_address(address: str) -> str:
    """What the address of a download tells (``user.xdg.origin.url``); empty where it is none."""
    way = _way(address)
    if not way:
        return ""
    return _words("intranet" if way == "share" or _inner(_host(address)) else "internet", way)


def parts(origin: str) -> tuple[str, str]:
    """(zone, way) of what is kept; what this version does not know is empty."""
    zone, _, way = origin.partition("/")
    return (zone if zone in ZONES else ""), (way if way in WAYS else "")


def _words(zone: str, way: str) -> str:
    return f"{zone}/{way}" if way else zone


def _archive(referrer: str) -> str:
    return "archive" if _ON_DISK.match(referrer) and _ARCHIVE.search(referrer) else ""


def _way(address: str) -> str:
    if _ON_DISK.match(address) or address.lower().startswith(("smb:", "file:")):
        return "share"
    host = _host(address)
    if not host:
        return ""  # about:internet
    for kind, ends in _HOSTS.items():
        if any(host == end or host.endswith("." + end) for end in ends):
            return kind
    return "web"


def _host(address: str) -> str:
    try:
        found = urlsplit(address.strip())
        return (found.hostname or "") if found.scheme.lower() in ("http", "https", "ftp", "ftps") else ""
    except ValueError:
        return ""


def _inner(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host.rstrip(".") or host.rstrip(".").endswith(_INNER)
