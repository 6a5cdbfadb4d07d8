"""All commands with their options, as pages for the documentation and as a manual page (``make docs``, ``make man``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from scanner import __version__
from scanner.messages import t


def commands(group: click.Group, parent: click.Context | None = None) -> Iterator[tuple[click.Context, click.Command]]:
    """Every command below ``group`` with a context that knows its whole name, in order of the help."""
    context = parent or click.Context(group, info_name="sekisho")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        own = click.Context(command, info_name=name, parent=context)
        yield own, command
        if isinstance(command, click.Group):
            yield from commands(command, own)


def options(context: click.Context, command: click.Command) -> list[tuple[str, str]]:
    """Each option as it is typed, and what it does; ``--help`` is of every command."""
    records = (p.get_help_record(context) for p in command.params if isinstance(p, click.Option))
    return [(typed, " ".join(told.split())) for typed, told in filter(None, records)]


def usage(context: click.Context, command: click.Command) -> str:
    """``sekisho report [OPTIONS] FORM``."""
    return " ".join([context.command_path, *command.collect_usage_pieces(context)])


def markdown(group: click.Group) -> str:
    """A page with every command, in the language of this process."""
    lines = [f"# {t('reference.title')}", "", t("help.main").replace("\n\n", "\n").strip(), "", t("reference.made")]
    for context, command in commands(group):
        depth = len(context.command_path.split())
        lines += [
            "",
            f"{'#' * depth} {context.command_path}",
            "",
            _paragraphs(command.help),
            "",
            "```text",
            usage(context, command),
            "```",
        ]
        rows = [f"| `{_cell(typed)}` | {_cell(told)} |" for typed, told in options(context, command)]
        if rows:
            lines += ["", f"| {t('reference.option')} | {t('reference.does')} |", "|---|---|", *rows]
        if command.epilog:
            lines += ["", "```text", *(part.strip() for part in command.epilog.split("  |  ")), "```"]
    return "\n".join(lines) + "\n"


def manual(group: click.Group) -> str:
    """One manual page (``man 1 sekisho``) in roff, in the language of this process."""
    lines = [
        f'.TH SEKISHO 1 "" "sekisho {__version__}" ""',
        f".SH {t('reference.name')}",
        f"sekisho \\- {_roff(t('reference.short'))}",
    ]
    lines += [f".SH {t('reference.description')}", *_blocks(t("help.main")), f".SH {t('reference.commands')}"]
    for context, command in commands(group):
        lines += [
            ".SS " + _roff(context.command_path),
            ".B " + _roff(usage(context, command)),
            ".PP",
            *_blocks(command.help or ""),
        ]
        for typed, told in options(context, command):
            lines += [".TP", f".B {_roff(typed)}", _roff(told)]
    return "\n".join(lines) + "\n"


def _paragraphs(text: str | None) -> str:
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _blocks(text: str) -> Iterator[str]:
    for part in text.split("\n\n"):
        yield _roff(" ".join(part.split()))
        yield ".PP"


def _roff(text: str) -> str:
    """Backslashes, hyphens and what would be a request at the beginning of a line."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", plain, flags=re.MULTILINE)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from scanner import messages
    from scanner.cli import localised
    from scanner.cli.main import _group

    (language, file) = sys.argv[1:]
    messages.choose(language)
    localised.localise()
    write = manual if file.endswith(".1") else markdown
    Path(file).write_text(write(_group()), encoding="utf-8", newline="\n")
