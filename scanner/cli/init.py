"""``sekisho init``: asks a few questions and writes a commented ``policy.toml``."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.command("init", help=t("help.init"), epilog=t("epilog.init"))
@common.home_option
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.init_output"))
@click.option("--contract", "number", help=t("option.contract"))
@click.option("--title", help=t("option.title"))
@click.option("--entruster", help=t("option.entruster"))
@click.option("--place", help=t("option.place"))
@click.option("--consent", help=t("option.consent"))
@click.option("--my-number/--no-my-number", default=None, help=t("option.my_number"))
@click.option("-y", "--yes", is_flag=True, help=t("option.yes"))
def command(
    home: str | None,
    output: str | None,
    number: str | None,
    title: str | None,
    entruster: str | None,
    place: str | None,
    consent: str | None,
    my_number: bool | None,
    yes: bool,
) -> None:
    """Write a first policy."""
    from scanner.inventory.home import prepare

    state = common.the_home(home)
    path = Path(output) if output else state.path / common.POLICY_NAME
    if path.exists():
        raise Failure(t("init.exists", path=path), EXIT_USAGE)

    def ask(value: str | None, question: str, default: str) -> str:
        if value is not None:
            return value
        return default if yes else str(click.prompt(t(question), default=default))

    day = clock.today()
    year = day.year if day.month >= 4 else day.year - 1  # 年度
    text = render(
        number=ask(number, "init.ask_contract", f"{year}-001"),
        title=ask(title, "init.ask_title", t("init.default_title")),
        entruster=ask(entruster, "init.ask_entruster", t("init.default_entruster")),
        place=os.path.abspath(ask(place, "init.ask_place", str(Path.home() / "itaku"))),
        consent=ask(consent, "init.ask_consent", ""),
        my_number=my_number
        if my_number is not None
        else (False if yes else click.confirm(t("init.ask_my_number"), default=False)),
        year=year,
    )
    if not output:
        prepare(state)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        raise Failure(t("scan.output_unwritable", path=path), EXIT_USAGE) from None
    common.load_policy(path)
    click.echo(t("init.written", path=path))


def render(*, number: str, title: str, entruster: str, place: str, consent: str, my_number: bool, year: int) -> str:
    """The policy text with comments; values are written by tomlkit, so any character is safe."""
    import tomlkit

    document = tomlkit.document()
    for line in t("init.head").splitlines():
        document.add(tomlkit.comment(line))
    contract = tomlkit.table()
    contract.add("id", number)
    contract.add("title", title)
    contract.add("entruster", entruster)
    contract.add("my_number", tomlkit.item(my_number).comment(t("init.comment_my_number")))
    contract.add("starts", date(year, 4, 1))
    contract.add("ends", date(year + 1, 3, 31))
    spot = tomlkit.table()
    spot.add("id", "store-1")
    spot.add("kind", tomlkit.item("storage").comment(t("init.comment_kind")))
    spot.add("path", tomlkit.item(place).comment(t("init.comment_path")))
    if consent:
        spot.add("consent", consent)
    spot.add("valid_from", date(year, 4, 1))
    spot.add("valid_to", date(year + 1, 3, 31))
    places = tomlkit.aot()
    places.append(spot)
    contract.add("place", places)
    contracts = tomlkit.aot()
    contracts.append(contract)
    document.add("contract", contracts)
    return tomlkit.dumps(document)
