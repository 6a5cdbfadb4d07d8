"""``sekisho init``: asks a few questions and writes a commented ``policy.toml``, or a blank workbook of registers."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@dataclass(frozen=True, slots=True)
class Answers:
    """What a first policy says."""

    number: str
    title: str
    entruster: str
    starts: date
    ends: date
    items: tuple[str, ...]
    responsible: str
    place: str
    work: str
    consent: str
    my_number: bool
    addressee: str
    contractor: dict[str, str]
    """Field of the contractor → what was answered; only what is not empty."""


_CONTRACTOR = ("address", "representative_title", "representative", "department", "telephone")
"""Asked once the contractor has a name."""

_NAMES = {"number": "--contract", "work": "--work-place"}
"""Parameter → option, where its name is another."""


@click.command("init", help=t("help.init"), epilog=t("epilog.init"))
@common.home_option
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.init_output"))
@click.option("--excel", metavar=t("meta.file"), help=t("option.init_excel"))
@click.option("--contract", "number", help=t("option.contract"))
@click.option("--title", help=t("option.title"))
@click.option("--entruster", help=t("option.entruster"))
@click.option("--starts", metavar=t("meta.day"), help=t("option.starts"))
@click.option("--ends", metavar=t("meta.day"), help=t("option.ends"))
@click.option("--items", help=t("option.items"))
@click.option("--responsible", help=t("option.responsible"))
@click.option("--place", help=t("option.place"))
@click.option("--work-place", "work", help=t("option.work_place"))
@click.option("--consent", help=t("option.consent"))
@click.option("--my-number/--no-my-number", default=None, help=t("option.my_number"))
@click.option("--addressee", help=t("option.addressee"))
@click.option("--contractor", help=t("option.contractor"))
@click.option("--address", help=t("option.address"))
@click.option("--representative-title", help=t("option.representative_title"))
@click.option("--representative", help=t("option.representative"))
@click.option("--department", help=t("option.department"))
@click.option("--telephone", help=t("option.telephone"))
@click.option("-y", "--yes", is_flag=True, help=t("option.yes"))
def command(home: str | None, output: str | None, excel: str | None, yes: bool, **given: Any) -> None:
    """Write a first policy."""
    from scanner.inventory.home import prepare
    from scanner.policy.load import parsed

    if excel is not None:
        also = [
            _NAMES.get(k, f"--{k.replace('_', '-')}") for k, v in {**given, "output": output}.items() if v is not None
        ]
        if also:
            raise Failure(t("init.excel_alone", options=t("list.separator").join(also)), EXIT_USAGE)
        _blank(Path(excel))
        return
    state = common.the_home(home)
    path = Path(output) if output else state.path / common.POLICY_NAME
    if path.exists():
        raise Failure(t("init.exists", path=path), EXIT_USAGE)
    text = render(_answers(given, yes))
    parsed(text, path)  # before anything is written
    if not output:
        prepare(state)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        raise Failure(t("scan.output_unwritable", path=path), EXIT_USAGE) from None
    click.echo(t("init.written", path=path))


def _blank(path: Path) -> None:
    from scanner.policy import registers

    if path.suffix.lower() != ".xlsx":
        raise Failure(t("init.excel_ending", path=path), EXIT_USAGE)
    if path.exists():
        raise Failure(t("init.exists", path=path), EXIT_USAGE)
    try:
        registers.blank(path)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=path), EXIT_USAGE) from None
    click.echo(t("init.blank_written", path=path.absolute()))


def _answers(given: dict[str, Any], yes: bool) -> Answers:
    day = clock.today()
    year = day.year if day.month >= 4 else day.year - 1  # 年度

    def ask(name: str, question: str, default: str, read: Callable[[str], Any] = str) -> Any:
        """The option, else the default or the answer; an answer that cannot be read is asked for again, an option is refused."""
        value = given[name]
        if value is None and not yes:
            return click.prompt(t(question), default=default, value_proc=read)
        return read(default if value is None else value)

    return Answers(
        number=ask("number", "init.ask_contract", f"{year}-001"),
        title=ask("title", "init.ask_title", t("init.default_title")),
        entruster=ask("entruster", "init.ask_entruster", t("init.default_entruster")),
        starts=ask("starts", "init.ask_starts", f"{year}-04-01", _day),
        ends=ask("ends", "init.ask_ends", f"{year + 1}-03-31", _day),
        items=ask("items", "init.ask_items", t("init.default_items"), _items),
        responsible=ask("responsible", "init.ask_responsible", ""),
        place=ask("place", "init.ask_place", str(Path.home() / "itaku")),
        work=ask("work", "init.ask_work", ""),
        consent=ask("consent", "init.ask_consent", ""),
        my_number=given["my_number"]
        if given["my_number"] is not None
        else (False if yes else click.confirm(t("init.ask_my_number"), default=False)),
        addressee=ask("addressee", "init.ask_addressee", ""),
        contractor=_contractor(ask),
    )


def _place(text: str) -> str:
    """Where a place is, from the root on; a share, or a drive of another machine, as it was written."""
    from scanner.paths import names, shares, system

    written = names.flavour(os.fsencode(text))
    if shares.share(text) or (written is names.Flavour.WINDOWS and os.name != "nt"):
        return text
    return os.fsdecode(system.absolute(os.fsencode(os.path.expanduser(text))))


def _contractor(ask: Callable[[str, str, str], Any]) -> dict[str, str]:
    name = ask("contractor", "init.ask_contractor", "")
    rest = {key: ask(key, f"init.ask_{key}", "") for key in _CONTRACTOR} if name else {}
    return {key: text for key, text in {"name": name, **rest}.items() if text}


def _day(text: str) -> date:
    from scanner.policy.registers.days import day_of

    try:
        return day_of(text)
    except ValueError:
        raise click.UsageError(t("init.no_day", text=text)) from None


def _items(text: str) -> tuple[str, ...]:
    from pydantic_core import PydanticCustomError

    from scanner.policy.faults import parts_of
    from scanner.policy.items import entity_of, name_of

    found = []
    for word in filter(None, (part.strip() for part in text.replace(",", "、").replace("，", "、").split("、"))):
        try:
            found.append(name_of(entity_of(word)))
        except PydanticCustomError as error:
            code, details = parts_of(error)
            raise click.UsageError(t(f"policy.{code}", **details)) from None
    return tuple(found)


def render(answers: Answers) -> str:
    """The policy text with comments; values are written by tomlkit, so any character is safe."""
    import tomlkit

    document = tomlkit.document()
    for line in t("init.head").splitlines():
        document.add(tomlkit.comment(line))
    if answers.contractor:
        document.add("contractor", tomlkit.item(answers.contractor))
    contract = tomlkit.table()
    contract.add("id", answers.number)
    contract.add("title", answers.title)
    contract.add("entruster", answers.entruster)
    if answers.addressee:
        contract.add("addressee", answers.addressee)
    contract.add("items", tomlkit.item(list(answers.items)).comment(t("init.comment_items")))
    contract.add("my_number", tomlkit.item(answers.my_number).comment(t("init.comment_my_number")))
    contract.add("starts", answers.starts)
    contract.add("ends", answers.ends)
    if answers.responsible:
        responsible = tomlkit.inline_table()
        responsible.update({"type": "person", "name": answers.responsible})
        contract.add("responsible", responsible)
    places = tomlkit.aot()
    spots = [("store-1", "storage", answers.place), ("work-1", "work", answers.work)]
    for name, kind, path in spots:
        if path:
            spot = tomlkit.table()
            spot.add("id", name)
            spot.add("kind", tomlkit.item(kind).comment(t("init.comment_kind")))
            spot.add("path", tomlkit.item(_place(path)).comment(t("init.comment_path")))
            if answers.consent:
                spot.add("consent", answers.consent)
            spot.add("valid_from", answers.starts)
            spot.add("valid_to", answers.ends)
            places.append(spot)
    contract.add("place", places)
    contracts = tomlkit.aot()
    contracts.append(contract)
    document.add("contract", contracts)
    return tomlkit.dumps(document)
