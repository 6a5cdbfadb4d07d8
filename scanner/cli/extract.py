"""``sekisho extract FILE``: what the scanner reads in a file, for the person at the terminal. Logged, never stored."""

from __future__ import annotations

import json
import os

import click

from scanner.cli import common
from scanner.cli.main import EXIT_GAPS, EXIT_OK, EXIT_USAGE, Failure
from scanner.messages import t
from scanner.printable import in_json, printable


@click.command("extract", help=t("help.extract"), epilog=t("epilog.extract"))
@click.argument("file", metavar=t("meta.file"))
@common.home_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help=t("option.format"),
)
@click.option("--passwords", metavar=t("meta.file"), help=t("option.passwords"))
def command(file: str, home: str | None, style: str, passwords: str | None) -> int:
    """Print the blocks of one file."""
    from scanner.cli.scan import read_passwords
    from scanner.detect.tally import column_name
    from scanner.extract.viewing import Extractor
    from scanner.inventory.home import prepare
    from scanner.model import BlockKind, ref_of
    from scanner.paths.system import is_folder
    from scanner.report import wording

    try:
        ref = ref_of(os.fsencode(file))
    except OSError:
        raise Failure(t("scan.no_such_path", path=file), EXIT_USAGE) from None
    if is_folder(ref.path):
        raise Failure(t("extract.is_folder", path=file), EXIT_USAGE)
    state = common.the_home(home)
    prepare(state)
    common.log(state, "extract_viewed", path=ref.display)

    def show(where: str, text: str) -> None:
        if style == "jsonl":
            click.echo(in_json(json.dumps({"where": where, "text": text}, ensure_ascii=False)))
        else:
            click.echo(f"{printable(where)}\t{printable(text.expandtabs(4), lines=True)}")

    shown = 0
    with Extractor(passwords=read_passwords(passwords)) as extractor:
        batches, reading = extractor.read(ref)
        for blocks in batches:
            for block in blocks:
                shown += 1
                head = f"{block.part}!" if block.part else ""
                if block.kind is BlockKind.ROW:
                    for column, text in block.cells:
                        show(f"{head}{column_name(column)}{block.number}", text)
                elif block.kind is BlockKind.FIELD:
                    show(block.part, block.text)
                else:
                    show(f"{head}{block.kind.value} {block.number}", block.text)
    for reason, part in reading.partial:
        click.echo(t("extract.part_missed", part=part, reason=wording.reason(reason.value)), err=True)
    if reading.reason is not None:
        click.echo(
            t(
                "extract.not_read" if shown else "extract.nothing_read",
                reason=wording.reason(reading.reason.value),
                advice=wording.advice(reading.reason.value),
            ),
            err=True,
        )
    return EXIT_GAPS if reading.reason or reading.partial else EXIT_OK
