"""What can be wrong with a cluster."""

from __future__ import annotations

from scanner.errors import EXIT_USAGE, SekishoError


class ClusterError(SekishoError):
    """``code`` names the message."""

    section = "cluster"
    exit_code = EXIT_USAGE


class Lost(Exception):
    """The connection to the server went away; what was under way is begun again when it is back."""
