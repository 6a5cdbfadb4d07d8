"""All plug-ins, put where they belong, before a scan relies on them: one that cannot be loaded, takes a name that is taken or declares
what cannot be used is told here and not in a child process."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from detectors import plugins
from detectors.plugins import Plugin, PluginBroken


def check() -> list[Plugin]:
    """Raises ``detectors.plugins.PluginBroken``."""
    found = plugins.check()
    if found:
        from scanner.codes import codes
        from scanner.duties import registry  # noqa: F401  # the tables are made when they are imported
        from scanner.entities import entities
        from scanner.extract import kinds  # noqa: F401
        from scanner.report.forms import registry as forms  # noqa: F401

        _identifiers(set(entities()))
        _formats()
        codes()
    return found


def _identifiers(known: set[str]) -> None:
    from detectors.declared import Misdeclared, look

    for plugin, module in zip(plugins.plugins("identifiers"), plugins.loaded("identifiers"), strict=True):
        try:
            look(module)
        except Misdeclared as wrong:
            raise PluginBroken(plugin, wrong.where) from None
        for number, spec in enumerate(getattr(module, "SPECS", ())):
            if spec.entity not in known:
                raise PluginBroken(plugin, f"SPECS[{number}].entity")


def _formats() -> None:
    """A reader that is not there would be found by the first file, in a process that can tell nobody."""
    for plugin, one in zip(plugins.plugins("formats"), plugins.loaded("formats"), strict=True):
        module, _, function = str(one.reader).partition(":")
        try:
            usable = callable(getattr(importlib.import_module(module), function))
        except Exception:
            usable = False
        if not usable:
            raise PluginBroken(plugin, "reader")
        if not all(isinstance(magic, bytes) for magic in one.magics) or isinstance(one.magics, bytes):
            raise PluginBroken(plugin, "magics")


def examples() -> Iterator[tuple[Plugin, str]]:
    """Which examples of identifiers do not come out as they say: the plug-in and ``EXAMPLES[n]``. Reads with the quick engine."""
    declared = [
        (plugin, list(getattr(module, "EXAMPLES", ())))
        for plugin, module in zip(plugins.plugins("identifiers"), plugins.loaded("identifiers"), strict=True)
    ]
    if not any(texts for _, texts in declared):
        return
    from detectors.engine import Engine

    engine = Engine("quick")
    for plugin, texts in declared:
        for number, (text, expected) in enumerate(texts):
            try:
                found = {match.entity for match in engine.analyze(text).matches}
            except Exception as error:
                raise PluginBroken(plugin, f"{type(error).__name__}, EXAMPLES[{number}]") from None
            if not set(expected) <= found or (not expected and found):
                yield plugin, f"EXAMPLES[{number}]"
