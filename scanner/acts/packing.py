"""帳票14: the pack that an inspector takes along, one signed whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from scanner import __version__, clock
from scanner.acts.issuing import Order, Step, context_of, issued, japanese, no_step
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.inventory.record import heads, key, proofs
from scanner.inventory.store import Store
from scanner.messages import t
from scanner.policy.models import Contract, Policy
from scanner.report.forms import registry
from scanner.report.forms.interface import Context, FormRefused, wareki
from scanner.report.forms.spec import Needs
from scanner.report.pack import build, contents, decided
from scanner.report.pack.sealing import About, Member, sealed
from scanner.report.pack.verifier.checking import MANIFEST
from scanner.report.pack.verifier.container import NAME
from scanner.tlog.checkpoint import read
from scanner.tlog.note import parse

TITLE = "実地調査資料一式"


def pack(
    order: Order, home: Home, reader: Reader, policy: Policy | None, digest: str, step: Step = no_step
) -> list[tuple[str, bytes]]:
    """All files of the pack, in order: forms as workbooks, evidence, verifiers, manifest.

    Forms that are about one contract are in it as far as they can be issued; what cannot stands in the contents with the reason.
    ``step`` is told before each form. That the pack was made is an entry of the record, with the digest of its manifest.
    """
    members: list[Member] = []
    missing: list[tuple[str, str]] = []
    cited: dict[str, tuple[int, ...]] = {}
    context = context_of(order, home, reader, policy)
    with japanese():
        with Store(home.database, only_notes=True) as store:
            orders = list(_orders(order, policy))
            for place, (path, one) in enumerate(orders):
                step(place, len(orders))
                title = f"({one.contract})" if registry.form(one.number).needs is Needs.CONTRACT else ""
                try:
                    form = issued(one, home, reader, policy, digest, store)
                except FormRefused as refused:
                    reason = t(f"{refused.section}.{refused.code}", **refused.details)
                    missing.append((f"帳票{one.number}{title or f'({registry.form(one.number).name})'}", reason))
                    continue
                members.append(Member(path, form.data, f"帳票{one.number} {form.title}{title}"))
                cited[path] = form.entries
            decisions = decided.rows(context)
            cited["decisions.csv"] = decided.entries(decisions)
        head = proofs.latest(reader.db)  # signed when the store closed, with all that the forms cite
        members += build.members(context, decisions)
        members += build.proved(context, cited, head)
        about = _about(context, head)
        quiet = decided.by_pattern(decisions)
        members.append(
            Member("index.html", contents.page(TITLE, _facts(about, context), quiet, members, missing), "目次")
        )
        files = sealed(members, about, heads.origin(reader.db), key.seed(home.keys))
        with Store(home.database, only_notes=True) as store:
            manifest = hashlib.sha256(dict(files)[MANIFEST]).hexdigest()
            size = read(parse(head).text).size
            store.note("report_made", contract=order.contract, form="14", manifest=manifest, size=size, **order.person)
    return files


def _orders(order: Order, policy: Policy | None) -> Iterator[tuple[str, Order]]:
    """Path and order of every form: each once, or once a contract where it is about one."""
    contracts = [c.id for c in policy.contract if order.contract in ("", c.id)] if policy else []
    for number, spec in registry.FORMS.items():
        if spec.needs is Needs.INCIDENT:
            continue  # incidents are reported by themselves
        if spec.needs is Needs.NOTHING:
            yield f"forms/{number}.xlsx", replace(order, number=number, style="xlsx", template=None, numbered=False)
            continue
        plain = len({c.lower() for c in contracts}) == len(contracts) and all(map(NAME.fullmatch, contracts))
        for place, contract in enumerate(contracts, 1):
            name = contract.replace("/", "_") if plain else str(place)
            yield (
                f"forms/{number}-{name}.xlsx",
                replace(order, number=number, style="xlsx", contract=contract, template=None, numbered=False),
            )


def _about(context: Context, head: str) -> About:
    parties = [p.name for c in context.contracts() for p in c.party if p.kind == "contractor"]
    return About(
        TITLE,
        "、".join(dict.fromkeys(parties)) or "(登録なし)",
        tuple((c.id, c.title, _entruster(c)) for c in context.contracts()),
        context.today.isoformat(),
        clock.stamp(),
        __version__,
        head,
    )


def _entruster(contract: Contract) -> str:
    names = [p.name for p in contract.party if p.kind == "entruster"]
    return contract.entruster or "、".join(names) or "(登録なし)"


def _facts(about: About, context: Context) -> list[tuple[str, str]]:
    lines = about.checkpoint.split("\n")
    return [
        ("作成日", wareki(context.today)),
        ("受託者", about.contractor),
        *(("契約", f"{number} {title}(委託者 {who})") for number, title, who in about.contracts),
        ("取扱記録", f"{lines[0]} {lines[1]} 件"),
        ("プログラムの版", about.version),
    ]
