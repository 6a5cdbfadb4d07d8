"""Which kind of paper each form is: a letter that is handed in, a register that is kept, or a sheet that sums up and is checked.

Openings follow the practice of 届, 承諾申請 and 報告書 (one sentence, 下記のとおり, 記, 以上).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scanner.report.paper import questions
from scanner.report.paper.interface import ACROSS, UPRIGHT, WIDE, Sheet

Row = tuple[object, ...]
_CHECKED = ("保護管理責任者", "確認者1", "確認者2")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with its numbered items; the table goes along as 別紙, or is itself the items."""

    opening: str
    to: Literal["entruster", "workers", "commission"] = "entruster"
    signers: tuple[str, ...] = _CHECKED
    receipt: str = ""
    """The sentence above the receiver's signature, where the letter comes back signed."""
    item: Callable[[Row], tuple[str, str]] | None = None
    """Label and text of the item that a row of the table becomes."""
    cards: bool = False
    """Whether an entry is shown as labelled values where there are few; one alone stands in the letter itself."""
    facts: str = ""
    """Title of a table of the facts; empty where they are items."""
    keys: int = 2


@dataclass(frozen=True, slots=True)
class Register:
    """A table that is kept: across, its heading on every page."""

    sheet: Sheet = ACROSS
    keys: int = 1
    """Columns that stand on every sheet of a table that is wider than one."""
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """A table that sums up or is gone through, with who checked it."""

    sheet: Sheet = ACROSS
    keys: int = 1
    signers: tuple[str, ...] = _CHECKED


Paper = Letter | Register | Checklist

PAPERS: dict[str, Paper] = {
    "1": Register(WIDE, 2),
    "2": Register(WIDE, 2),
    "3": Letter("受託した事務に係る個人情報の取扱状況を、下記のとおり報告します。", keys=1),
    "4": Letter(
        "個人情報を取り扱う作業場所及び保管場所を、下記のとおり届け出ます(承諾番号のないものは承諾を申請します)。",
        keys=3,
    ),
    "5a": Letter("個人情報の管理及び実施の体制を、下記のとおり届け出ます。", cards=True),
    "5b": Register(keys=3, signers=_CHECKED[:1]),
    "5c": Checklist(keys=3),
    "5d": Checklist(),
    "6": Register(WIDE, 2, _CHECKED[:1]),
    "6b": Checklist(keys=2),
    "6c": Register(WIDE, 2, _CHECKED[:1]),
    "7": Letter(
        "個人情報の複写、複製、送信等について、下記のとおり承諾を申請し、承諾を受けたものの状況を併せて報告します。",
        cards=True,
    ),
    "7b": Checklist(WIDE, 2),
    "7c": Checklist(),
    "8": Checklist(WIDE, 1),
    "9a": Letter(
        "下記の個人情報を、復元又は判読が不可能な方法により廃棄するよう指示します。",
        "workers",
        ("保護管理責任者", "実施者", "立会者"),
        cards=True,
    ),
    "9b": Letter(
        "下記のとおり個人情報の消去又は廃棄を行いましたので、報告します。",
        signers=("保護管理責任者", "実施者", "立会者"),
        cards=True,
    ),
    "9c": Letter("消去、廃棄又は返還の後に対象が残っていないかを、下記のとおり確認しました。", keys=1),
    "10": Checklist(WIDE, 1),
    "10R": Letter(
        "事務の完了に伴い、個人情報が記録された資料等を、下記のとおり返還し、又は引き渡します。",
        signers=("保護管理責任者", "引渡者", "確認者"),
        receipt="上記の資料等を受領しました。",
    ),
    "11a": Letter(
        "個人情報の取扱いに係る事故等(そのおそれを含む。)を認識しましたので、下記のとおり直ちに報告します。",
        item=questions.item,
        facts="期限及び経過",
    ),
    "11b": Letter(
        "個人情報の取扱いに係る事故等について、下記のとおり報告します。",
        item=questions.item,
        facts="期限及び経過",
    ),
    "11c": Letter(
        "個人情報の漏えい等について、委託者の指示により報告する内容の下書きは、下記のとおりです。",
        "commission",
        item=questions.item,
        facts="期限及び判断の材料",
    ),
    "12": Letter("下記の者への再委託について承諾を申請し、承諾を受けた再委託先を併せて報告します。", cards=True),
    "12b": Checklist(),
    "13": Letter("従事者への研修を、下記のとおり実施しましたので報告します。", cards=True),
    "13b": Checklist(UPRIGHT, signers=()),
    "14b": Checklist(),
    "14c": Checklist(signers=("点検者", "保護管理責任者")),
    "15": Register(WIDE, 2),
    "16": Register(WIDE, 2, ("引渡者", "受領者", "保護管理責任者")),
    "17": Register(keys=2, signers=_CHECKED[:1]),
    "18": Register(WIDE, 1),
    "19": Checklist(WIDE, 2),
    "paths": Register(),
}
"""Every form of ``forms.registry``."""


def usual_style(number: str) -> str:
    """The format that a form is written in where nobody asks for another: a letter as document, all else as workbook."""
    return "docx" if isinstance(PAPERS.get(number), Letter) else "xlsx"


def is_numbered(number: str) -> bool:
    """Whether a form is a letter to the entruster: each is given a document number when it is made."""
    paper = PAPERS.get(number)
    return isinstance(paper, Letter) and paper.to == "entruster"
