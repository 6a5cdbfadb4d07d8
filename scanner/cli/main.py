"""The command ``sekisho``. Commands are imported when they are called, so ``--help`` and ``status`` stay quick."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from itertools import pairwise

import click

from detectors.plugins import PluginBroken
from scanner import __version__, messages
from scanner.cli import console, localised
from scanner.errors import EXIT_GAPS, EXIT_INTERNAL, EXIT_POINTS, EXIT_USAGE, SekishoError
from scanner.messages import t
from scanner.printable import printable

COMMANDS = {
    "init": "init",
    "policy": "policy",
    "scan": "scan",
    "watch": "watch",
    "schedule": "schedule",
    "service": "service",
    "setup": "setup",
    "receive": "receive",
    "families": "families",
    "points": "points",
    "baseline": "baseline",
    "exclusions": "exclusions",
    "report": "report",
    "articles": "articles",
    "console": "officers",
    "people": "people",
    "gate": "gate",
    "incident": "incident",
    "correct": "correct",
    "manifest": "manifest",
    "originals": "originals",
    "merge": "merge",
    "cluster": "cluster",
    "hub": "hub",
    "agent": "agent",
    "ledger": "ledger",
    "witness": "witness",
    "keys": "keys",
    "backup": "backup",
    "restore": "restore",
    "purge": "purge",
    "extract": "extract",
    "demo": "demo",
    "doctor": "doctor",
    "digest": "digest",
    "events": "events",
    "sql": "sql",
    "completion": "completion",
    "status": "status",
}
"""Command → module of this package with a click command of that name."""

EXIT_OK, EXIT_INTERRUPTED = 0, 130

__all__ = ["EXIT_GAPS", "EXIT_INTERNAL", "EXIT_INTERRUPTED", "EXIT_OK", "EXIT_POINTS", "EXIT_USAGE", "Failure", "main"]


class _Lazy(click.Group):
    """A group that knows its commands by name and imports them on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = import_module(f"scanner.cli.{module}").command
        return localised.placeholders(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(
                t("cli.unknown_command", name=args[0]) + (" " + t("cli.did_you_mean", name=near[0]) if near else "")
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line a command from the catalogue, so that no command module is imported for the list."""
        with formatter.section(t("cli.commands")):
            formatter.write_dl([(name, t(f"short.{name}")) for name in COMMANDS])


def _group() -> click.Group:
    @click.group(
        cls=_Lazy,
        help=t("help.main"),
        epilog=t("epilog.main"),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    @click.option("--lang", type=click.Choice(messages.LANGUAGES), help=t("option.lang"), expose_value=False)
    @click.version_option(__version__, "-V", "--version", prog_name="sekisho", help=t("option.version"))
    def sekisho() -> None:
        pass

    localised.placeholders(sekisho)
    return sekisho


class Failure(click.ClickException):
    """One clear sentence on standard error and an exit code."""

    exit_code: int = EXIT_INTERNAL  # type: ignore[misc]  # click declares it for the class, here each has its own

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code

    def show(self, file: object = None) -> None:
        click.echo(f"{t('cli.error')}: {printable(self.message, lines=True)}", err=True)


def _language_chosen(arguments: list[str]) -> list[str]:
    """Take ``--lang`` from wherever it stands: before or behind the command. A wrong language stays, to be told."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*kept, argument, *rest]
        name, mark, value = argument.partition("=")
        if name != "--lang":
            kept.append(argument)
            continue
        chosen = value if mark else next(rest, "")
        if chosen in messages.LANGUAGES:
            messages.choose(chosen)
        else:
            kept[:0] = ["--lang", chosen]
    return kept


def main() -> None:
    """Entry point: picks the language before any help text is made, maps failures to exit codes."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(
            name, "1"
        )  # the matrices are small: threads only wait for each other; work is split by --jobs
    arguments = _language_chosen(sys.argv[1:])
    console.prepare(arguments)
    localised.localise()
    try:
        result = _group().main(args=arguments, prog_name="sekisho", standalone_mode=False)
        sys.exit(result if isinstance(result, int) else EXIT_OK)
    except click.exceptions.Abort:
        click.echo(t("cli.interrupted"), err=True)
        sys.exit(EXIT_INTERRUPTED)
    except click.UsageError as error:
        click.UsageError(printable(error.format_message(), lines=True), error.ctx).show()
        sys.exit(EXIT_USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo(t("cli.interrupted"), err=True)
        sys.exit(EXIT_INTERRUPTED)
    except SekishoError as error:
        from scanner.cli.faults import sentence

        click.echo(f"{t('cli.error')}: {sentence(error)}", err=True)
        sys.exit(error.exit_code)
    except PluginBroken as error:
        plugin = error.plugin
        told = t("cli.plugin_broken", name=plugin.name, distribution=plugin.distribution, kind=error.kind)
        click.echo(f"{t('cli.error')}: {told}", err=True)
        sys.exit(EXIT_USAGE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_OK)
    except Exception as error:  # the last net: the kind and place of the fault, never its text, which may quote a file
        if os.environ.get("SEKISHO_DEBUG"):
            raise
        _told_by_the_database(error, arguments)
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else "?"
        click.echo(f"{t('cli.error')}: {t('cli.internal', kind=type(error).__name__, where=where)}", err=True)
        sys.exit(EXIT_INTERNAL)


def _told_by_the_database(error: Exception, arguments: list[str]) -> None:
    """What a reading of the inventory says besides its rows, damaged above all, is told as a fault of the store."""
    if type(error).__module__ != "sqlite3":  # asked like this, because most commands do not load it
        return
    from scanner.cli.faults import sentence
    from scanner.inventory.errors import translate
    from scanner.inventory.home import locate

    given = [value for name, value in pairwise(arguments) if name == "--home"]
    given += [a.partition("=")[2] for a in arguments if a.startswith("--home=")]
    fault = translate(error, locate(given[-1] if given else None).database)  # type: ignore[arg-type]
    click.echo(f"{t('cli.error')}: {sentence(fault)}", err=True)
    sys.exit(fault.exit_code)


if __name__ == "__main__":
    main()
