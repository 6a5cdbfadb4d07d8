"""``sekisho ledger``: show, verify, anchor, checkpoint, prove; the copies and witnesses of the record."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.days import DAY
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.cli.qr import put_qr
from scanner.messages import t
from scanner.printable import in_json, printable


@click.group("ledger", help=t("help.ledger"), epilog=t("epilog.ledger"))
def command() -> None:
    """The handling record."""


@command.command("show", help=t("help.ledger_show"))
@click.option("--family", metavar=t("meta.family_name"), help=t("option.ledger_family"))
@click.option("--kind", metavar=t("meta.kind"), help=t("option.ledger_kind"))
@click.option("--since", type=DAY, metavar=t("meta.day"), help=t("option.since"))
@click.option("--last", type=click.IntRange(1), help=t("option.last"))
@click.option("--format", "style", type=click.Choice(["text", "jsonl"]), default="text", help=t("option.format"))
@common.home_option
def show(
    family: str | None, kind: str | None, since: date | None, last: int | None, style: str, home: str | None
) -> None:
    """Entries in order."""
    from scanner.inventory.ledger import KINDS, SALT
    from scanner.report.details import told

    if kind is not None and kind not in KINDS:
        raise Failure(t("ledger.unknown_kind", kind=kind, kinds=", ".join(KINDS)), EXIT_USAGE)
    reader = common.reading(common.the_home(home).database)
    rows = reader.rows(
        "select * from (select * from ledger where (?1 is null or family = ?1) and (?2 is null or kind = ?2) and (?3 is null or at >= ?3)"
        " order by seq desc limit ?4) order by seq",
        (family, kind, clock.begin_of(since) if since else None, last or -1),
    )
    for row in rows:
        details = json.loads(row["details"])
        if style == "jsonl":
            plain = {k: row[k] for k in ("seq", "at", "kind", "contract", "family", "host", "account")}
            entry = {**plain, "details": details, "hash": bytes(row["hash"]).hex()}
            click.echo(in_json(json.dumps(entry, ensure_ascii=False)))
        else:
            shown = {k: v for k, v in details.items() if k not in (SALT, "said", "signature", "signatures")}
            signed = ", ".join(details["signatures"]) if "signatures" in details else details.get("signature", "")[:16]
            shown |= {"signed": signed} if signed else {}  # whole in --format jsonl
            facts = printable("  ".join(told(shown)))
            head = f"{row['seq']:>7}  {clock.shown(row['at'])}  {t('ledger_kind.' + row['kind'])}"
            click.echo(f"{head}  {row['family'] or row['contract'] or ''}  {facts}".rstrip())
    if not rows and style == "text":
        click.echo(t("ledger.none"))


@command.command("verify", help=t("help.ledger_verify"))
@click.option("--anchor", metavar=t("meta.anchor"), help=t("option.anchor"))
@click.option("--checkpoint", "given", multiple=True, metavar=t("meta.file"), help=t("option.checkpoint"))
@click.option("--authority", multiple=True, metavar=t("meta.file"), help=t("option.authority"))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help=t("option.format"))
@common.home_option
def verify(anchor: str | None, given: tuple[str, ...], authority: tuple[str, ...], style: str, home: str | None) -> int:
    """Whether the record and what it commits to hold, and by which proofs."""
    from dataclasses import asdict

    from scanner.inventory.record import check, stamps
    from scanner.report.verified import sentence

    parsed = _anchor(anchor)
    state = common.the_home(home)
    reader = common.reading(state.database)
    report = check.verify(
        reader.db, state.keys, parsed, [Path(g) for g in given], stamps.authorities([Path(a) for a in authority])
    )
    if style == "json":
        click.echo(in_json(json.dumps(asdict(report), ensure_ascii=False)))
        return EXIT_POINTS if report.found else EXIT_OK
    for found in report.found[:50]:
        click.echo(sentence(found))
    if len(report.found) > 50:
        click.echo(t("ledger.more", count=len(report.found) - 50))
    for notice in report.notices:
        click.echo(sentence(notice))
    click.echo(t("ledger.proofs"))
    for proof in report.proofs:
        state_of = t(f"ledger.state_{proof.state}")
        size = f"  {proof.size:,}" if proof.size else ""
        more = printable("  ".join(filter(None, (proof.at, proof.detail))))
        click.echo(f"  {t('ledger.proof_' + proof.name)}: {state_of}{size}  {more}".rstrip())
    if report.found:
        click.echo(t("ledger.broken", count=len(report.found)))
        return EXIT_POINTS
    click.echo(
        t("ledger.whole_anchored" if parsed else "ledger.whole", count=f"{report.entries:,}", rows=f"{report.rows:,}")
    )
    return EXIT_OK


def _anchor(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(?:.*\s)?(\d+):([0-9a-f]{8,64})", text.strip())
    if match is None:
        raise Failure(t("ledger.bad_anchor", value=text), EXIT_USAGE)
    return int(match[1]), match[2]


@command.command("anchor", help=t("help.ledger_anchor"))
@click.option("--qr", metavar=t("meta.file"), help=t("option.qr"))
@common.home_option
def anchor(qr: str | None, home: str | None) -> None:
    """A short text for the entruster."""
    from scanner.inventory import ledger

    text = ledger.anchor(common.reading(common.the_home(home).database).db)
    if not text:
        raise Failure(t("ledger.none"), EXIT_USAGE)
    click.echo(text)
    if qr:
        put_qr(qr, text)


@command.command("checkpoint", help=t("help.ledger_checkpoint"))
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.output"))
@click.option("--request", metavar=t("meta.name"), help=t("option.request"))
@common.home_option
def checkpoint(output: str | None, request: str | None, home: str | None) -> None:
    """The signed head of the record, or what a witness is asked to sign."""
    from scanner.inventory.record import heads, witnessing

    state = common.the_home(home)
    db = common.reading(state.database).db
    if request is not None:
        text = str(witnessing.request(db, state.keys, request))
    else:
        text = witnessing.latest(db)
        click.echo(t("ledger.vkey", vkey=heads.verifiers(db)[-1].vkey), err=True)
    _out(text, output)


@command.command("prove", help=t("help.ledger_prove"))
@click.argument("number", type=click.IntRange(1))
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.output"))
@common.home_option
def prove(number: int, output: str | None, home: str | None) -> None:
    """That one entry stands in the record, without showing the others."""
    from scanner.inventory.record import proofs

    db = common.reading(common.the_home(home).database).db
    made = proofs.proof(db, number)
    click.echo(t("ledger.entry_bytes", entry=printable(made.entry.decode())), err=True)
    _out(str(made.proof), output)


@command.command("tiles", help=t("help.ledger_tiles"))
@click.argument("folder")
@common.home_option
def tiles(folder: str, home: str | None) -> None:
    """The record for any verifier of transparency logs: tiles, entries without their details, checkpoint."""
    from scanner.inventory.record import proofs

    count = proofs.write_tiles(common.reading(common.the_home(home).database).db, Path(folder))
    click.echo(t("ledger.tiles", count=f"{count:,}", path=printable(folder)))


@command.command("second", help=t("help.ledger_second"))
@click.argument("folder", required=False)
@common.home_option
def second(folder: str | None, home: str | None) -> None:
    """Keep a copy of every signed head in a second folder."""
    from scanner.inventory.record import witnessing
    from scanner.inventory.store import Store

    state = common.the_home(home)
    with Store(state.database, only_notes=True) as store:
        witnessing.set_second(store, Path(folder).absolute() if folder else None)
    click.echo(t("ledger.second_set" if folder else "ledger.second_unset", path=printable(folder or "")))


@command.command("witness", help=t("help.ledger_witness"))
@click.argument("vkey")
@common.home_option
def witness(vkey: str, home: str | None) -> None:
    """Name a witness by its key."""
    from scanner.inventory.record import witnessing
    from scanner.inventory.store import Store

    with Store(common.the_home(home).database, only_notes=True) as store:
        name = witnessing.add(store, vkey)
    click.echo(t("ledger.witness_added", name=printable(name)))


@command.command("cosigned", help=t("help.ledger_cosigned"))
@click.argument("answer")
@common.home_option
def cosigned(answer: str, home: str | None) -> None:
    """Take in what a witness answered."""
    from scanner.inventory.record import witnessing
    from scanner.inventory.store import Store

    with Store(common.the_home(home).database, only_notes=True) as store:
        name, size = witnessing.take(store, _read(answer))
    click.echo(t("ledger.cosigned", name=printable(name), size=f"{size:,}"))


@command.command("timestamp", help=t("help.ledger_timestamp"))
@click.option("--request", metavar=t("meta.file"), help=t("option.stamp_request"))
@click.option("--reply", metavar=t("meta.file"), help=t("option.stamp_reply"))
@click.option("--authority", multiple=True, metavar=t("meta.file"), help=t("option.authority"))
@common.policy_option
@common.home_option
def timestamp(
    request: str | None, reply: str | None, authority: tuple[str, ...], policy_path: str | None, home: str | None
) -> None:
    """A time stamp for the newest head: of the authority of the policy, or by files."""
    from scanner.inventory.record import stamps
    from scanner.inventory.store import Store

    if request is not None and reply is not None:
        raise Failure(t("ledger.stamp_one_way"), EXIT_USAGE)
    if reply is not None and not authority:
        raise Failure(t("ledger.stamp_needs_authority"), EXIT_USAGE)
    state = common.the_home(home)
    trusted = stamps.authorities([Path(a) for a in authority])
    if request is not None:
        asked = stamps.ask(common.reading(state.database).db)
        try:
            Path(request).write_bytes(asked.request)
        except OSError:
            raise Failure(t("ledger.cannot_write", path=printable(request)), EXIT_USAGE) from None
        with Store(state.database, only_notes=True) as store:
            stamps.keep_request(store, asked)
        click.echo(t("ledger.stamp_asked", size=f"{asked.size:,}", path=printable(request)))
        return
    if reply is not None:
        try:
            with Path(reply).open("rb") as file:
                answer = file.read(stamps.MOST)
        except OSError:
            raise Failure(t("ledger.cannot_read", path=printable(reply)), EXIT_USAGE) from None
        with Store(state.database, only_notes=True) as store:
            stamp = stamps.take_file(store, answer, trusted)
    else:
        from scanner.acts import timestamp as over_http

        found = common.find_policy(policy_path, state)
        address = common.load_policy(found)[0].record.timestamps if found else ""
        if not address:
            raise Failure(t("ledger.stamp_no_address"), EXIT_USAGE)
        stamp = over_http.stamp(state.database, address, trusted)
    click.echo(t("ledger.stamped", size=f"{stamp.size:,}", at=clock.shown(stamp.at)))
    if not trusted:
        click.echo(t("ledger.stamp_unverified"))


@command.command("rotate-key", help=t("help.ledger_rotate"))
@common.home_option
def rotate(home: str | None) -> None:
    """A new key for the record, announced by the old one."""
    from scanner.inventory.record import witnessing
    from scanner.inventory.store import Store

    with Store(common.the_home(home).database, only_notes=True) as store:
        vkey = witnessing.rotate(store)
    click.echo(t("ledger.vkey", vkey=vkey))


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, ValueError):
        raise Failure(t("ledger.cannot_read", path=printable(path)), EXIT_USAGE) from None


def _out(text: str, output: str | None) -> None:
    try:
        common.exactly(text, output)
    except OSError:
        raise Failure(t("ledger.cannot_write", path=printable(output or "-")), EXIT_USAGE) from None
