"""All plug-ins, put where they belong, before a scan relies on them: one that cannot be loaded, or takes a name that is taken, is told
here and not in a child process."""

from __future__ import annotations

from detectors import plugins
from detectors.plugins import Plugin


def check() -> list[Plugin]:
    """Raises ``detectors.plugins.PluginBroken``."""
    found = plugins.check()
    if found:
        from scanner.codes import codes
        from scanner.duties import registry  # noqa: F401  # the tables are made when they are imported
        from scanner.entities import entities
        from scanner.extract import kinds  # noqa: F401
        from scanner.report.forms import registry as forms  # noqa: F401

        entities()
        codes()
    return found
