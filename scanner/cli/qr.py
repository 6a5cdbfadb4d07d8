"""A head as a picture beside the command that prints it."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


def put_qr(path: str, text: str) -> None:
    """A text as a QR picture in a new file, ``.svg`` or ``.png``; fails with a sentence for another."""
    from scanner.report.qr import picture, suffix_of

    try:
        suffix = suffix_of(Path(path))
    except ValueError:
        raise Failure(t("ledger.qr_suffix", path=path), EXIT_USAGE) from None
    common.put(Path(path), picture(text, suffix))
    click.echo(t("ledger.qr_made", path=Path(path).absolute()))
