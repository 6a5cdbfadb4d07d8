"""本人通知文案: what the persons are told, of the nine items only 1, 2, 4, 5 and 9 (guideline of the commission). No file, no place and
no number of a register stands in it: it goes to everybody concerned."""

from __future__ import annotations

from scanner.policy.acts import Incident
from scanner.report.forms.interface import wareki

TITLE = "本人通知文案(委託者の承認を受けてから用いること)"
_OPEN = "【記入】"


def draft(title: str, entry: Incident | None, kinds: str) -> list[str]:
    """The notice, a paragraph an element; what nobody has declared is marked to be filled in."""

    def said(name: str, what: str) -> str:
        return str(getattr(entry, name) or "") if entry and getattr(entry, name) else f"{_OPEN}{what}"

    happened = wareki(entry.happened_on) if entry and entry.happened_on else f"{_OPEN}発生した日"
    known = wareki(entry.known_on) if entry and entry.known_on else f"{_OPEN}判明した日"
    return [
        "令和　　年　　月　　日",
        "(本人の氏名)　様",
        f"{_OPEN}通知する者の名称・代表者",
        f"「{title or f'{_OPEN}事務の名称'}」の事務で取り扱っている個人情報について、漏えい等(そのおそれを含みます。)が判明しました。"
        "御心配と御迷惑をおかけしますことを、深くお詫び申し上げます。内容は次のとおりです。",
        f"1　概要　{happened}に発生し、{known}に判明しました。{said('summary', '起きたことを、個人や場所が特定されないように')}",
        f"2　個人情報の項目　{kinds or f'{_OPEN}含まれていた項目'}",
        f"3　原因　{said('cause', '原因。調査中であれば、その旨と見込み')}",
        f"4　二次被害又はそのおそれ　{said('secondary', '確認された被害の有無と、注意していただきたいこと')}",
        f"5　その他参考となる事項　{said('other', '相談窓口の名称、電話番号、受付時間')}",
    ]
