"""What click says by itself, and the placeholders of its help, in the language of this process.

Click asks gettext for its texts, which follows the variables of the environment; the program's language may be chosen by an option.
So its modules are given a function that looks into ``config/messages/click-ja.toml``. What is not there stays English: a test
compares the list with the click that is installed.
"""

from __future__ import annotations

import sys
import tomllib
import unicodedata
from functools import lru_cache

import click
from click import formatting, types

from detectors.resources import config_dir
from scanner.messages import language, t, t_or

_TYPES = (
    "text", "integer", "float", "boolean", "filename", "path", "directory", "file", "integer range", "float range", "choice",
)  # fmt: skip
"""Kinds of values whose names click writes in capitals as placeholders."""


def localise() -> None:
    """Let click speak Japanese, if the language is Japanese. Its English texts are its own."""
    if language() != "ja":
        return
    for name, module in list(sys.modules.items()):
        if name == "click" or name.startswith("click."):
            for function, ours in (("_", _told), ("ngettext", _counted)):
                if hasattr(module, function):
                    setattr(module, function, ours)
    setattr(types.IntRange, "_describe_range", _range)  # noqa: B010  # click has no other place for it
    setattr(formatting, "term_len", _cells)  # noqa: B010  # counts a wide character as one column
    for kind in vars(types).values():
        named = getattr(kind, "name", None) if isinstance(kind, type) else None
        if named in _TYPES:
            setattr(kind, "name", t(f"meta.type_{str(named).replace(' ', '_')}"))  # noqa: B010  # declared as a constant


def placeholders(command: click.Command) -> click.Command:
    """The command with the placeholders of its usage in the language of this process."""
    command.options_metavar = t("meta.options")
    if isinstance(command, click.Group):
        command.subcommand_metavar = t("meta.subcommand")
        for inner in getattr(command, "commands", {}).values():
            placeholders(inner)
    for parameter in command.params:
        plain = parameter.metavar is None and not isinstance(parameter.type, click.Choice)
        if plain and isinstance(parameter, click.Argument) and parameter.name:
            shown = t_or(f"meta.arg_{parameter.name}", parameter.name.upper())
            parameter.metavar = shown if parameter.required else f"[{shown}]"
    return command


@lru_cache(maxsize=1)
def texts() -> dict[str, str]:
    """Click's English text → ours."""
    table = tomllib.loads((config_dir() / "messages" / "click-ja.toml").read_text(encoding="utf-8"))
    return {english: str(ours) for english, ours in table.items()}


def _cells(text: str) -> int:
    """Columns of a terminal that a text takes: wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in click.unstyle(text))


def _range(bounded: types.IntRange) -> str:
    """Which numbers may be given."""
    ends = ((bounded.min, "以上"), (bounded.max, "以下"))
    return " ".join(f"{end} {word}" for end, word in ends if end is not None)


def _told(text: str) -> str:
    return texts().get(text, text)


def _counted(one: str, many: str, number: int) -> str:
    return _told(one if number == 1 else many)
