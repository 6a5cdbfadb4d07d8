"""Everything of one contract that can be handed in, as files with titles, and an index of what was made and what was left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from scanner import clock
from scanner.acts.issuing import Order, Step, issued, japanese, no_step
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.messages import t
from scanner.policy.models import Contract, Policy
from scanner.report import pdf
from scanner.report.forms import names, registry
from scanner.report.forms.interface import FormRefused
from scanner.report.forms.spec import FormSpec, Needs

Reason = tuple[str, dict[str, object]]
"""Name of a message, and what fills it in."""


@dataclass(slots=True)
class Made:
    """One file, or a form that was left out: then ``data`` is empty and ``left`` the reason."""

    number: str
    title: str
    name: str = ""
    data: bytes = b""
    left: Reason | None = None

    @property
    def why(self) -> str:
        """The reason in the language of now; empty for what was made."""
        return t(self.left[0], **self.left[1]) if self.left else ""


def everything(
    order: Order,
    home: Home,
    reader: Reader,
    policy: Policy,
    digest: str,
    style: str | None,
    step: Step = no_step,
) -> list[Made]:
    """All forms of ``order.contract`` in order, each entered in the record as by itself. ``style``: for all of them; ``None``: that of
    their kind; ``step``: told before each, how many are done of how many. Raises ``PdfError`` before anything is made where LibreOffice is wanted and missing."""
    if style == "pdf":
        pdf.program()
    day = order.today or clock.today()
    contract = next(c for c in policy.contract if c.id == order.contract)
    made: list[Made] = []
    with Store(home.database, only_notes=True) as store:
        for place, (number, spec) in enumerate(registry.FORMS.items()):
            step(place, len(registry.FORMS))
            left = _left_out(spec, contract, day)
            kind = spec.usual_style
            wanted = kind if style in (None, "pdf") else str(style)
            one = replace(order, number=number, style=wanted, template=None, filled=True)
            if left is None:
                try:
                    form = issued(one, home, reader, policy, digest, store)
                except FormRefused as refused:
                    left = (f"{refused.section}.{refused.code}", refused.details)
            if left is not None:
                made.append(Made(number, spec.name, left=left))
                continue
            ending = "pdf" if style == "pdf" else wanted.partition("-")[0]
            name = names.file_name(number, contract.id, day, ending, names.draft(number) if order.draft else "")
            made.append(Made(number, form.title, name, form.data))
    return list(_as_pdf(made)) if style == "pdf" else made


def _as_pdf(made: list[Made]) -> Iterator[Made]:
    kinds = [(registry.form(m.number).usual_style, m.data) for m in made if m.left is None]
    papers = iter(pdf.converted(kinds))
    for one in made:
        yield one if one.left else replace(one, data=next(papers))


def _left_out(spec: FormSpec, contract: Contract, day: date) -> Reason | None:
    """Why a form is none for this contract now; ``None`` where it is one."""
    if spec.needs is Needs.INCIDENT:
        return "handing_in.incident", {"number": spec.number}
    ended = contract.completed_on or contract.handover or (contract.ends and contract.ends < day)
    due = ended or any(getattr(contract, register) for register in spec.after)
    if spec.needs is Needs.CONTRACT and not due:
        return "handing_in.not_yet", {"number": spec.number}
    return None


def index(made: list[Made], contract: Contract, day: date) -> bytes:
    """The index as a page: what was made, and what was left out and why."""
    from scanner.report.forms.interface import wareki
    from scanner.report.pack.contents import plain_page

    title = f"{contract.title or contract.id} 提出帳票 目次"
    facts = [
        ("契約番号", contract.id),
        ("件名", contract.title),
        ("委託者", contract.entruster),
        ("作成日", wareki(day)),
    ]
    files = [(m.name, f"帳票{m.number} {m.title}") for m in made if m.left is None]
    with japanese():
        left = [(f"帳票{m.number} {m.title}", m.why) for m in made if m.left]
    return plain_page(
        title, facts, [("作ったもの", ("ファイル", "帳票"), files), ("作らなかったもの", ("帳票", "理由"), left)]
    )


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """One zip; its names are marked as UTF-8, which Windows reads too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files:
            package.writestr(name, data)
    return out.getvalue()
