"""What other packages add, by entry points: identifiers, formats, duties, forms (``docs/extending.md``).

A package that is installed beside Sekisho is trusted as Sekisho is: its code runs where ours runs, the identifiers' in the judge,
the formats' in the reader, and its version and code are part of the rule set.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from typing import Any, NamedTuple

GROUPS = ("identifiers", "formats", "duties", "forms")


_NEEDED = {
    "formats": ("name", "reader", "magics"),
    "duties": ("CODES", "duties"),
    "forms": ("number", "names", "build"),
}
"""What an entry point of a group must have."""


class Plugin(NamedTuple):
    """One entry point."""

    name: str
    module: str
    """Where its code is."""
    distribution: str
    version: str
    entry: metadata.EntryPoint


@lru_cache(maxsize=len(GROUPS))
def plugins(group: str) -> tuple[Plugin, ...]:
    """Those of a group, in order of name; nothing of them is imported."""
    found = []
    for entry in metadata.entry_points(group=f"sekisho.{group}"):
        about = entry.dist
        found.append(
            Plugin(entry.name, entry.module, about.name if about else "", about.version if about else "", entry)
        )
    return tuple(sorted(found))


def places() -> list[str]:
    """Where the code of plug-ins lies, without importing it. A process that is about to lose the sight of other files asks this
    first: it then also knows which plug-ins there are."""
    found = []
    for plugin in (plugin for group in GROUPS for plugin in plugins(group)):
        spec = find_spec(plugin.module.partition(".")[0])
        found += list(spec.submodule_search_locations or ()) if spec else []
        found += [spec.origin] if spec and spec.origin else []
    return list(dict.fromkeys(found))


class PluginBroken(Exception):
    """A plug-in cannot be loaded. Carries its names and the kind of the error, never its text, which may quote a file."""

    def __init__(self, plugin: Plugin, kind: str) -> None:
        super().__init__(plugin.name)
        self.plugin = plugin
        self.kind = kind


@lru_cache(maxsize=len(GROUPS))
def loaded(group: str) -> tuple[Any, ...]:
    """What the entry points of a group name. Raises ``PluginBroken``: none is left out in silence."""
    found = []
    for plugin in plugins(group):
        try:
            made = plugin.entry.load()
            for name in _NEEDED.get(group, ()):
                getattr(made, name)
            found.append(made)
        except Exception as error:
            raise PluginBroken(plugin, type(error).__name__) from None
    return tuple(found)


def refuse_taken(group: str, names: Iterable[Iterable[str]], taken: Iterable[str]) -> None:
    """Raise ``PluginBroken`` where a plug-in of a group brings a name that another one or we have. ``names``: of each, in order."""
    known = set(taken)
    for plugin, own in zip(plugins(group), map(set, names), strict=True):
        if known & own:
            raise PluginBroken(plugin, "NameTaken")
        known |= own


def check() -> list[Plugin]:
    """Load all of them, before anything relies on them; raises ``PluginBroken``."""
    for group in GROUPS:
        loaded(group)
    return [plugin for group in GROUPS for plugin in plugins(group)]
