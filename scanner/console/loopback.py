"""What stays on this machine: the only addresses that may do without TLS."""

from __future__ import annotations

import ipaddress


def stays_here(host: str) -> bool:
    """Whether a host is this machine itself: ``localhost``, or an address of the loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
