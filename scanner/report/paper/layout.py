"""A form laid out as the paper that it is: letter, register or checklist. All formats are written from this one layout."""

from __future__ import annotations

from scanner.report.forms import registry
from scanner.report.forms.interface import Form
from scanner.report.paper.columns import parts
from scanner.report.paper.interface import (
    ACROSS,
    BODY,
    SERIF,
    TABLE,
    TITLE,
    UPRIGHT,
    WIDE,
    Block,
    Document,
    Facts,
    Grid,
    Items,
    Line,
    Page,
    Sender,
    Signatures,
)
from scanner.report.paper.kinds import Checklist, Letter, Register
from scanner.report.paper.parties import BLANK, Parties
from scanner.report.paper.stamp import Stamp

_NONE = "該当なし"
_CARDS = 4
"""Entries that are attached as cards; of more a table is easier to go through."""
_SAFE = 0.94
"""Share of the width that a table may take for all programs to show it in one part (``xlsx``)."""
_PLACED = frozenset({"契約件名・番号", "契約", "契約番号", "責任者確認", "受領者 署名・印"})
"""Facts that have a place of their own in a letter: its first item, and the boxes to sign in."""


def document(form: Form, stamp: Stamp, parties: Parties) -> Document:
    """The form laid out, its last page the conditions under which it was made."""
    paper = registry.form(form.number).paper
    pages = letter(form, paper, stamp, parties) if isinstance(paper, Letter) else sheet(form, paper, parties)
    made = Page("作成条件", UPRIGHT, (Line("作成条件", "centre", TITLE, bold=True), Facts(stamp.entries())))
    about = "　".join(f"{number} {title}".strip() for number, title in parties.contracts[:3])
    more = f" ほか {len(parties.contracts) - 3} 契約" if len(parties.contracts) > 3 else ""
    return Document(
        form.title,
        (f"{about}{more}" or "契約の登録なし", f"{parties.head.contractor.name}　{stamp.day}".strip()),
        f"{form.mark}　{stamp.foot(form.number)}" if form.mark else stamp.foot(form.number),
        (*pages, made),
        form.mark,
    )


def letter(form: Form, paper: Letter, stamp: Stamp, parties: Parties) -> list[Page]:
    """The letter, and its table on a page of its own unless the table itself is the items."""
    facts = [(label, _text(value)) for label, value in form.facts if label not in _PLACED]
    items = [*_about(parties), *([] if paper.facts else facts)]
    attached: list[Page] = []
    if paper.item is not None:
        items += [paper.item(row) for row in form.rows]
    elif paper.cards and len(form.rows) == 1:
        items += _card(form, form.rows[0])
    else:
        items.append(("内訳", f"別紙のとおり({len(form.rows)} 件)" if form.rows else _NONE))
        attached = [_attachment(form, paper)] if form.rows else []
    dated: list[Block] = []
    if paper.facts and facts:
        dated = [Line(paper.facts, bold=True, before=8), Facts(tuple(facts))]
    blocks: list[Block] = [
        Line(parties.document or "　　　第　　　号", "right"),
        Line(stamp.day, "right"),
        Line(_addressee(paper, parties), before=6),
        Sender(_sender(paper, parties)),
        Line(form.title, "centre", TITLE, bold=True, before=16),
        Line(paper.opening, before=10, indent=True),
        Line("記", "centre", before=8),
        Items(tuple(items)),
        *dated,
        Line("以上", "right"),
        *_remarks(form),
        _signatures(paper.signers, parties),
    ]
    if paper.receipt:
        blocks += _receipt(paper.receipt)
    return [Page(form.title, UPRIGHT, tuple(blocks), SERIF), *attached, *_texts(form)]


def sheet(form: Form, paper: Register | Checklist, parties: Parties) -> list[Page]:
    """The table on its own sheets; what it sums up to, its remarks and who checked it follow on one more page."""
    rows = form.rows or [(_NONE, *[""] * (len(form.columns) - 1))]
    pages = [Page(form.title, paper.sheet, (Grid(form.columns, rows, paper.keys),), titled=True)]
    after: list[Block] = []
    if form.facts:
        after.append(Line("集計", size=BODY, bold=True, before=8))
        after.append(Facts(tuple((label, _text(value)) for label, value in form.facts)))
    after += _remarks(form)
    if paper.signers:
        after.append(_signatures(paper.signers, parties))
    if after:
        pages.append(Page("集計・備考", UPRIGHT, tuple(after), follows=True))
    return pages


def _attachment(form: Form, paper: Letter) -> Page:
    """別紙: few entries a card each; else a table, on the smallest paper on which it fits, else in parts."""
    head = (Line("別紙", "right"), Line(f"{form.title}　内訳", "centre", TITLE, bold=True))
    if paper.cards and len(form.rows) <= _CARDS:
        cards: list[Block] = []
        for number, row in enumerate(form.rows, 1):
            cards += [
                Line(f"({number} / {len(form.rows)})", size=TABLE, bold=True, before=8),
                Facts(tuple(_card(form, row))),
            ]
        return Page("別紙", UPRIGHT, (*head, *cards))
    grid = Grid(form.columns, form.rows, paper.keys)
    sheet = next((s for s in (UPRIGHT, ACROSS, WIDE) if len(parts(grid, s.room * _SAFE)) == 1), ACROSS)
    return Page("別紙", sheet, (*head, grid))


def _card(form: Form, row: tuple[object, ...]) -> list[tuple[str, str]]:
    """An entry as labelled values; the contract stands at the head of the letter."""
    return [(name, _text(value)) for name, value in zip(form.columns, row, strict=True) if name not in _PLACED]


def _texts(form: Form) -> list[Page]:
    """What goes along as running text, a page each."""
    pages = []
    for number, (title, paragraphs) in enumerate(form.texts, 1):
        lines = [Line(text, before=8, indent=not text[:1].isdigit()) for text in paragraphs]
        head = (Line("別紙", "right"), Line(title, "centre", TITLE, bold=True, before=8))
        pages.append(Page(f"別紙{number}", UPRIGHT, (*head, *lines), SERIF))
    return pages


def _about(parties: Parties) -> list[tuple[str, str]]:
    named = [f"{title}(契約番号 {number})" for number, title in parties.contracts]
    return [("契約件名", "\n".join(named) or BLANK)]


def _addressee(paper: Letter, parties: Parties) -> str:
    if paper.to == "workers":
        return "従事者 各位"
    if paper.to == "commission":
        return "個人情報保護委員会 御中(下書き)"
    return parties.addressee or f"(宛先){BLANK}　様"


def _sender(paper: Letter, parties: Parties) -> tuple[tuple[str, str], ...]:
    if paper.to == "workers":
        return (("責 任 者", f"保護管理責任者　{parties.responsible or BLANK}　　印"),)
    return parties.sender()


def _signatures(signers: tuple[str, ...], parties: Parties) -> Signatures:
    return Signatures(tuple((s, parties.responsible if s == "保護管理責任者" else "") for s in signers))


def _receipt(sentence: str) -> list[Block]:
    return [
        Line("受　領　書", "centre", 12, bold=True, before=16),
        Line(sentence, before=6, indent=True),
        Line("令和　　年　　月　　日", "right", before=4),
        Sender((("(受領者)", ""), ("所　　属", BLANK), ("職・氏名", f"{BLANK}　　印"))),
    ]


def _remarks(form: Form) -> list[Block]:
    if not form.notes:
        return []
    return [Line("備考", size=BODY, bold=True, before=8), *(Line(note, size=TABLE, before=2) for note in form.notes)]


def _text(value: object) -> str:
    text = str(value)
    return text if text.strip() else BLANK
