"""研修資料 (第11): what this office's own findings teach, without names, paths or values."""

from __future__ import annotations

from datetime import timedelta

from scanner import clock
from scanner.inventory.point_lists import about
from scanner.report import wording
from scanner.report.forms.interface import Context, Form

_LESSONS = {
    "F02": "権限は、名簿にある従事者だけに必要最小限で付けます。担当が変わったら、その日に外します。",
    "F03": "個人情報は、承諾を受けた場所だけに置きます。作業の途中でも、デスクトップや別のフォルダーに置いたままにしません。",
    "F04": "離任するときは、持っているファイルを責任者と一緒に確かめて引き継ぎます。守秘は退職後も続きます。",
    "F05": "契約で決めた項目だけを集めます。余分な列は、受け取った時点で責任者に伝えます。",
    "F06": "持ち出す前に必要性を書き、承認を受け、暗号化します。戻したら消去を確かめてもらいます。",
    "F07": "写しを作る前、送る前に承諾番号を確かめます。送る前には、二人がそれぞれ自分の資料で人数と宛先を確かめます。",
    "F08": "ある契約のデータを、別の契約や営業・開発の場所に置きません。",
    "F09": "消去は指示を受けてから行い、終わったら残存確認を受けます。",
    "F10": "端末は登録されたものだけを使い、画面を閉じ、暗号化し、パスワードを同じ場所に置きません。",
    "F11": "扱う前に研修を受けます。年に一度は受け直します。",
    "F12": "再委託や外部サービスの利用は、承諾を受けてから始めます。",
    "F13": "事務が終わったら、直ちに返還します。作成した資料も含みます。",
    "F16": "指示や報告要求には、期限までに答えます。",
    "F18": "運ぶときは暗号化し、到着を確かめ、届いたことを記録します。",
}
_ALWAYS = (
    ("事故のとき", "おそれの段階で直ちに責任者へ。自分で消したり直したりせず、状態を残します。"),
    ("守秘", "在職中も退職後も、知り得た内容を他人に知らせません。"),
)


def build(context: Context) -> Form:
    """One row a kind of finding of the last twelve months, most frequent first."""
    since = clock.begin_of(context.today - timedelta(days=365))
    where, values = about(context.contract)
    rows: list[tuple[object, ...]] = []
    for row in context.reader.rows(
        "select substr(code, 1, 3) as article, count(*) as n, sum(state = 'open') as still, group_concat(distinct code) as codes"  # noqa: S608
        f" from points p where opened >= ? and {where} group by 1 order by n desc, article",
        (since, *values),
    ):
        seen = "、".join(wording.point_short(c) for c in sorted(row["codes"].split(",")))
        rows.append(
            (f"第{int(row['article'][1:])}", seen, row["n"], row["still"] or 0, _LESSONS.get(row["article"], ""))
        )
    rows += [(label, "", "", "", text) for label, text in _ALWAYS]
    columns = ("条項", "この一年にあったこと", "件数", "うち未了", "これからどうするか")
    return Form("13b", "研修資料(自らの記録から)", columns, rows, ["氏名・ファイル名・個人情報は含みません。"])
