"""``sign`` of ``sekisho hub policy`` and ``sekisho hub vouch``: an officer's signature under every paper of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import click

from scanner.cli import common, passphrases
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.acts.signing import Ask, Rules
    from scanner.inventory.home import Home

Paper = TypeVar("Paper")


@dataclass(frozen=True, slots=True)
class Papers(Generic[Paper]):
    """A kind of papers that officers sign for a hub."""

    read: Callable[[Path], list[Paper]]
    write: Callable[[list[Paper]], str]
    sign: Callable[[list[Paper], Home, Rules, str, Ask], list[Paper]]
    signers: Callable[[Paper], Iterable[str]]
    """Numbers of those whose signatures a paper bears."""
    show: Callable[[list[Paper]], None]
    """Tells, before anybody signs, what has to be compared by people."""


def add(group: click.Group, explained: str, papers: Callable[[], Papers[Paper]]) -> None:
    """Give a group the command ``sign FILE --by NUMBER``; ``papers`` is asked when it runs, so that help loads nothing."""

    @group.command("sign", help=explained)
    @click.argument("file")
    @click.option("--by", required=True, metavar=t("meta.number"), help=t("option.hub_by"))
    @passphrases.option
    @common.policy_option
    @common.home_of_subcommand
    @click.pass_obj
    def sign(home: str | None, file: str, by: str, files: tuple[str, ...], policy_path: str | None) -> None:
        from scanner.cli.people import needed

        kind = papers()
        state, rules = needed(policy_path, home)
        found = kind.read(Path(file))
        kind.show(found)
        made = kind.sign(found, state, rules, by, passphrases.Passphrases(files))
        common.put(Path(file), kind.write(made).encode())
        click.echo(t("hub.signed", by=", ".join(sorted({number for one in made for number in kind.signers(one)}))))
