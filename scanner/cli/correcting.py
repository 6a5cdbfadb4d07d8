"""What a command does about corrections before its own work, and how their remarks are told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import click

from scanner.messages import t, t_or

if TYPE_CHECKING:
    from scanner.inventory.corrections import Correction
    from scanner.inventory.home import Home
    from scanner.policy.models import Policy


def _any(state: Home, condition: str) -> bool:
    """Whether there is an order under a condition: asked without loading what corrections need."""
    if not state.database.exists():
        return False
    with closing(sqlite3.connect(f"{state.database.as_uri()}?mode=ro", uri=True, timeout=10)) as db:
        if db.execute("select 1 from sqlite_master where name = 'corrections'").fetchone() is None:
            return False
        return db.execute(f"select 1 from corrections where {condition} limit 1").fetchone() is not None  # noqa: S608


def resume(state: Home, policy: Policy | None) -> None:
    """What was broken off is gone on with or taken back, and told."""
    if not _any(state, "state in ('running', 'undoing')"):
        return
    from scanner.acts.correction import running
    from scanner.policy.corrections import CorrectRules

    for number, result in running.resume(state, policy.correct if policy else CorrectRules()):
        told = t_or(f"correct.resumed_{result}", "")
        why = t_or(f"correct.{result}", result)
        click.echo(t("correct.resumed", number=number, result=told or t("correct.resumed_waits", why=why)), err=True)


def verify(state: Home) -> None:
    """After a scan: what was carried out is as it was ordered, or is not."""
    if not _any(state, "state = 'done' and checked = ''"):
        return
    from scanner.acts.correction import running
    from scanner.inventory.store import Store

    with Store(state.database, only_notes=True) as store:
        for number, good in running.verified(store):
            click.echo(t("correct.verified" if good else "correct.not_as_ordered", number=number), err=True)


def remarks(one: Correction) -> Iterator[str]:
    """What the medium allows to say, and what could not be taken along."""
    for code in one.work.get("lost") or ():
        yield t(f"correct.lost_{code}")
    if one.kind == "erase" and one.state == "done":
        for code in one.work.get("medium") or ():
            yield medium_told(code)
        yield t("correct.erased_honestly")


def medium_told(code: str) -> str:
    """A code of ``acts.correction.medium`` as a sentence."""
    name, _, count = code.partition(":")
    return t(f"correct.medium_{name}", count=count or "—")
