"""``sekisho ledger``: show, verify, anchor."""

from __future__ import annotations

import json
import re

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t
from scanner.printable import in_json, printable


@click.group("ledger", help=t("help.ledger"), epilog=t("epilog.ledger"))
def command() -> None:
    """The handling record."""


@command.command("show", help=t("help.ledger_show"))
@click.option("--family", metavar=t("meta.family_name"), help=t("option.ledger_family"))
@click.option("--kind", metavar=t("meta.kind"), help=t("option.ledger_kind"))
@click.option("--since", metavar="YYYY-MM-DD", help=t("option.since"))
@click.option("--last", type=click.IntRange(1), help=t("option.last"))
@click.option("--format", "style", type=click.Choice(["text", "jsonl"]), default="text", help=t("option.format"))
@common.home_option
def show(
    family: str | None, kind: str | None, since: str | None, last: int | None, style: str, home: str | None
) -> None:
    """Entries in order."""
    from scanner.inventory.ledger import KINDS, SALT
    from scanner.inventory.reader import Reader

    if kind is not None and kind not in KINDS:
        raise Failure(t("ledger.unknown_kind", kind=kind, kinds=", ".join(KINDS)), EXIT_USAGE)
    if since is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", since):
        raise Failure(t("receive.bad_date", value=since), EXIT_USAGE)
    reader = Reader(common.the_home(home).database)
    rows = reader.rows(
        "select * from (select * from ledger where (?1 is null or family = ?1) and (?2 is null or kind = ?2) and (?3 is null or at >= ?3)"
        " order by seq desc limit ?4) order by seq",
        (family, kind, since, last or -1),
    )
    for row in rows:
        details = json.loads(row["details"])
        if style == "jsonl":
            plain = {k: row[k] for k in ("seq", "at", "kind", "contract", "family", "host", "account")}
            entry = {**plain, "details": details, "hash": bytes(row["hash"]).hex()}
            click.echo(in_json(json.dumps(entry, ensure_ascii=False)))
        else:
            facts = printable("  ".join(f"{k}={v}" for k, v in details.items() if k != SALT))
            head = f"{row['seq']:>7}  {row['at']}  {t('ledger_kind.' + row['kind'])}"
            click.echo(f"{head}  {row['family'] or row['contract'] or ''}  {facts}".rstrip())
    if not rows and style == "text":
        click.echo(t("ledger.none"))


@command.command("verify", help=t("help.ledger_verify"))
@click.option("--anchor", metavar="SEQ:HASH", help=t("option.anchor"))
@common.home_option
def verify(anchor: str | None, home: str | None) -> int:
    """Whether the chain holds."""
    from scanner.inventory import ledger
    from scanner.inventory.reader import Reader

    parsed = _anchor(anchor)
    reader = Reader(common.the_home(home).database)
    breaks = list(ledger.verify(reader.db, parsed))
    for found in breaks[:50]:
        click.echo(t(f"ledger.break_{found.what}", seq=found.seq))
    count = reader.rows("select count(*) from ledger")[0][0]
    if breaks:
        click.echo(t("ledger.broken", count=len(breaks)))
        return EXIT_POINTS
    click.echo(t("ledger.whole_anchored" if parsed else "ledger.whole", count=f"{count:,}"))
    return EXIT_OK


def _anchor(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(?:.*\s)?(\d+):([0-9a-f]{8,64})", text.strip())
    if match is None:
        raise Failure(t("ledger.bad_anchor", value=text), EXIT_USAGE)
    return int(match[1]), match[2]


@command.command("anchor", help=t("help.ledger_anchor"))
@common.home_option
def anchor(home: str | None) -> None:
    """A short text for the entruster."""
    from scanner.inventory.reader import Reader

    rows = Reader(common.the_home(home).database).rows("select seq, at, hash from ledger order by seq desc limit 1")
    if not rows:
        raise Failure(t("ledger.none"), EXIT_USAGE)
    row = rows[0]
    click.echo(f"{row['at']} {row['seq']}:{bytes(row['hash']).hex()[:32]}")
