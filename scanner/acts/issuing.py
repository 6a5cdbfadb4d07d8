"""Issuing a form: made from the inventory, entered in the record, stamped with the number of that entry."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from scanner import __version__, clock, messages
from scanner.extract.content import digest_of
from scanner.inventory import coverage, papers
from scanner.inventory.errors import InventoryError, now
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.policy import law, letters
from scanner.policy.models import Contract, Policy
from scanner.report.forms import registry
from scanner.report.forms.interface import Context, Form, FormRefused, wareki, wareki_moment
from scanner.report.forms.spec import Keeps
from scanner.report.paper import parties, writing
from scanner.report.paper.stamp import Stamp
from scanner.scan.adapters import content_key

DRAFT = "下書き"
Step = Callable[[int, int], None]
"""Told before each of several forms: how many are done, of how many. What it raises ends the work."""


def no_step(done: int, of: int) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class Order:
    """What is to be issued, and how."""

    number: str
    style: str = "xlsx"
    contract: str = ""
    clear_names: bool = False
    template: Path | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    today: date | None = None
    numbered: bool = True
    """Whether a letter is given a document number: not the copies within a pack."""
    filled: bool = False
    """Refuse a form without a single line instead of issuing it."""
    draft: bool = False
    """To be looked through: a letter takes no number, and nothing is entered of what it would say was found or done."""
    by: str = ""
    """Who asked, as the record calls the person; empty for whoever runs a command, whose account every entry has."""

    @property
    def person(self) -> dict[str, str]:
        """The person, as a detail of entries."""
        return {"user": self.by} if self.by else {}


def japanese() -> AbstractContextManager[None]:
    """Forms are in Japanese whatever the language of the screen."""
    return messages.speaking("ja")


def context_of(order: Order, home: Home, reader: Reader, policy: Policy | None) -> Context:
    """What the form may ask."""
    return Context(
        reader,
        policy,
        order.today or clock.today(),
        installation_key(home),
        keys=home.keys,
        clear_names=order.clear_names,
        contract=order.contract,
        asked={**order.asked, "draft": order.draft},
    )


class Issued(NamedTuple):
    """A form as it leaves the program."""

    data: bytes
    title: str
    entries: tuple[int, ...]
    """Entries of the record that it cites: its own number, and those of its lines."""
    document: str = ""
    """文書番号, where it is a letter."""


def laid_out(order: Order, home: Home, reader: Reader, policy: Policy | None) -> Form:
    """The form as it would be made now, of which nothing is entered; raises ``FormRefused``."""
    with japanese():
        return registry.form(order.number).builder(context_of(order, home, reader, policy))


def issue(order: Order, home: Home, reader: Reader, policy: Policy | None, digest: str) -> bytes:
    """A form as bytes. Raises ``InventoryError`` before the first scan, ``FormRefused`` and ``TemplateError``."""
    with Store(home.database, only_notes=True) as store:
        return issued(order, home, reader, policy, digest, store).data


def issued(order: Order, home: Home, reader: Reader, policy: Policy | None, digest: str, store: Store) -> Issued:
    """The same, entered through ``store``: of many forms the record is signed once, when it closes."""
    runs = reader.rows("select * from runs where state <> 'watch' or host <> '' order by id desc limit 1")
    if not runs:
        raise InventoryError("no_runs", reader.path)
    spec = registry.form(order.number)
    with japanese():
        context = context_of(order, home, reader, policy)
        made = spec.builder(context)
        refuse_empty(order, made)
        if order.draft:
            made = replace(made, title=f"【{DRAFT}】{made.title}", mark=DRAFT)
        day = context.today
        contract = contract_of(policy, order.contract or str(made.issued.get("contract", "")))
        head = letters.letterhead(policy, contract)
        lettered = order.numbered and not order.draft and spec.is_numbered
        about = contract.id if contract else ""
        series = letters.series(head.documents, day, contract=about, form=made.number) if lettered else None
        number, document = _entered(store, order, spec.keeps, made, series, about)
        rules = str(runs[0]["rule_set"]).partition("/")[0]  # those of the findings, not of the day of printing
        stamp = Stamp(
            number,
            wareki_moment(now()),
            _scope(runs[0], coverage.of(reader.db)),
            f"{__version__} / {rules}",
            digest[:16],
            law.applied(day),
            wareki(day),
        )
        unnumbered = f"({DRAFT} 文書番号は発行のときに付きます)" if order.draft and spec.is_numbered else ""
        who = parties.of(head, [contract] if contract else context.contracts(), document or unnumbered)
        data = writing.written(made, stamp, who, order.style, home.path / "forms", order.template)
        with store.transaction() as db:  # found again by a scan, it is a paper of ours and no holding
            key = content_key(digest_of(data), installation_key(home))
            papers.issued(db, key, form=made.number, at=now())
        return Issued(data, made.title, (number, *made.entries), document)


def refuse_empty(order: Order, made: Form) -> None:
    """A letter without a line would say that something was done, and take a number; raises ``FormRefused``."""
    spec = registry.form(order.number)
    if made.rows:
        return
    if spec.tells_lines and not order.draft:
        raise FormRefused("letter_empty", number=order.number, title=spec.name)
    if order.filled:
        raise FormRefused("nothing_in_it", number=order.number)


def contract_of(policy: Policy | None, number: str) -> Contract | None:
    """The contract that a paper is about: the one that is named, else the only one."""
    contracts = policy.contract if policy else ()
    return next((c for c in contracts if c.id == number), contracts[0] if len(contracts) == 1 and not number else None)


def _entered(
    store: Store, order: Order, keeps: Keeps, made: Form, series: letters.Series | None, about: str
) -> tuple[int, str]:
    """Enter that the form was made; returns the number of the entry, and the document number of a letter."""
    document = ""
    with store.transaction() as db:
        issued = made.issued
        if order.draft:
            pass
        elif keeps is Keeps.SWEEP:
            db.execute(
                "insert into sweeps (at, contract, families, scope, opened, unread, hosts, residue, verdict, accepted_by, accepted_why)"
                " values (?,?,?,?,?,?,?,?,?,?,?)",
                (now(), *(_text(issued[k]) for k in _SWEEP)),
            )
            kept: dict[str, Any] = {
                k: issued[k] for k in ("families", "opened", "unread", "residue", "verdict", "accepted_by")
            }
            store.note("swept", contract=str(issued["contract"]), **kept, **order.person)
        elif keeps is Keeps.INCIDENT:
            known = db.execute(
                "select 1 from incidents where points = ? and (points <> '[]' or families = ?)",
                (_text(issued["points"]), _text(issued["families"])),
            ).fetchone()
            if known is None:
                db.execute(
                    "insert into incidents (at, contract, points, families, known_on, suspicion, state) values (?,?,?,?,?,?,'open')",
                    (now(), *(_text(issued[k]) for k in ("contract", "points", "families", "known_on", "suspicion"))),
                )
                store.note(
                    "incident",
                    contract=str(issued["contract"]),
                    points=issued["points"],
                    families=issued["families"],
                    known_on=issued["known_on"],
                    suspicion=issued["suspicion"],
                    source=issued["source"],
                    **order.person,
                )
        more: dict[str, Any] = {"draft": True} if order.draft else {}
        if series is not None:
            document = papers.give(db, series, form=made.number, contract=about, at=now())
            more = {"document": document}
        store.note(
            "report_made",
            contract=order.contract,
            form=made.number,
            rows=len(made.rows),
            clear_names=order.clear_names,
            **more,
            **order.person,
        )
        number = int(db.execute("select max(seq) from ledger").fetchone()[0])
    return number, document


_SWEEP = (
    "contract", "families", "scope", "opened", "unread", "hosts", "residue", "verdict", "accepted_by", "accepted_why",
)  # fmt: skip


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _scope(run: Any, seen: coverage.Coverage) -> str:
    """The last scan, and what is and is not examined now, over all roots."""
    half = "" if run["state"] == "complete" else "(途中で終わったスキャン)"
    tried = f"(最後に試みた日時 {' から '.join(dict.fromkeys(map(wareki_moment, seen.tried)))})" if seen.gaps else ""
    places = f"{len(seen.roots)} か所、全 {seen.files} 件、未検査 {seen.gaps} 件{tried}"
    return f"スキャン {run['id']}{half} {wareki_moment(run['started'])}、{places}"
