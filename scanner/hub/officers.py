"""Whose signatures make a policy: the people whose keys an officer's record has in force when the hub is made."""

from __future__ import annotations

from scanner.hub.errors import HubError
from scanner.inventory.home import locate
from scanner.inventory.people import registry
from scanner.inventory.reader import Reader


def of_record(folder: str | None) -> dict[str, str]:
    """Number → public key (hexadecimal) of the people of the state folder ``folder``; none without one. Raises ``HubError``."""
    if folder is None:
        return {}
    with Reader(locate(folder).database) as reader:
        found = registry.load(reader.db)
    keys = {key.number: key.public for key in found.keys if not key.until}
    if len(keys) < 2:
        raise HubError("too_few_officers", path=folder)
    return keys
