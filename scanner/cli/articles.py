"""``sekisho articles``: the nineteen articles as a table."""

from __future__ import annotations

import json
from datetime import date

import click

from scanner.cli import common
from scanner.cli.days import DAY
from scanner.cli.main import EXIT_OK, EXIT_POINTS
from scanner.messages import language, t
from scanner.printable import in_json


@click.command("articles", help=t("help.articles"), epilog=t("epilog.articles"))
@click.option("--contract", default="", metavar=t("meta.contract"), help=t("option.form_contract"))
@click.option("--format", "style", type=click.Choice(["text", "jsonl"]), default="text", help=t("option.format"))
@click.option("--as-of", "as_of", type=DAY, metavar=t("meta.day"), help=t("option.as_of"))
@common.policy_option
@common.home_option
def command(contract: str, style: str, as_of: date | None, policy_path: str | None, home: str | None) -> int:
    """Settles the registers against the inventory, then shows where every article stands."""
    from scanner.acts.issuing import Order, context_of
    from scanner.cli.settling import settled
    from scanner.inventory.reader import Reader
    from scanner.report import articles

    state = common.the_home(home)
    Reader(state.database).close()
    common.named_contract(contract, policy_path, state)
    _, policy, _ = settled(policy_path, state)
    reader = common.reading(state.database)
    context = context_of(Order("19", contract=contract), state, reader, policy)
    table, (_, of_none) = articles.table(context), context.without_contract()
    for line in table:
        codes = t("list.separator").join(f"{code} {n}" for code, n in line.codes)
        if style == "jsonl":
            row = {
                "article": line.number,
                "title": line.title,
                "observed": line.observed,
                "declared": line.declared,
                "open": line.open,
                "late": line.late,
                "codes": dict(line.codes),
                "without_contract": line.unassigned,
                "checked": line.checked or None,
                "outside": line.outside,
                "forms": line.form.split(),
            }
            click.echo(in_json(json.dumps(row, ensure_ascii=False)))
        else:
            click.echo(t("articles.head", number=line.number, title=line.title, open=line.open, late=line.late))
            click.echo(
                t(
                    "articles.line",
                    observed=line.observed,
                    declared=line.declared,
                    outside=line.outside,
                    forms=line.form,
                )
            )
            if codes:
                click.echo(f"      {codes}")
    if style == "text" and of_none:
        click.echo(t("articles.no_contract", count=of_none))
    other = articles.of_none(context)
    if style == "text" and other:
        click.echo(t("articles.no_article", count=other))
    if as_of:
        profiles = {c.law: c.id for c in context.contracts()} or {"public": ""}
        for profile, number in profiles.items():
            _changes(profile, number, context.today, as_of, style)
    return EXIT_POINTS if other or any(line.open for line in table) else EXIT_OK


def _changes(profile: str, contract: str, today: date, until: date, style: str) -> None:
    """What the law will say otherwise for a contract of this profile, and what nobody knows yet."""
    from scanner.policy import law

    coming = law.changes(profile, today, until)
    open_ = law.unsettled(profile, today, until)
    if style == "jsonl":
        for one in (*coming, *open_):
            row = {
                "law": one.id,
                "act": one.act,
                "article": one.article,
                "articles": one.annex,
                "from": one.first.isoformat() if one.first else None,
                "by": one.by.isoformat() if one.by else None,
                "settled": one.settled,
                "contract": contract,
            }
            click.echo(in_json(json.dumps(row, ensure_ascii=False)))
        return
    english = language() == "en"
    applied = law.applied(until, english=english)
    click.echo(t("articles.law_head", day=_day(until), contract=contract or "—", law=applied))
    for one in (*coming, *open_):
        when = t("articles.law_from", day=_day(one.first)) if one.first else t("articles.law_by", day=_day(one.by))
        told = one.english if english else f"{one.act} {one.article}: {one.words}"
        click.echo(f"    {when} {told}" + ("" if one.settled else t("articles.law_unsettled")))
    if not coming and not open_:
        click.echo(t("articles.law_same"))


def _day(day: date | None) -> str:
    """A day as the text of the law beside it writes days."""
    from scanner.report.forms.interface import wareki

    return wareki(day) if language() == "ja" or day is None else day.isoformat()
