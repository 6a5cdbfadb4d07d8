"""The items of a report on an incident as a letter says them: what is known, what was declared, and what is unknown as a question
with room for the answer."""

from __future__ import annotations

from scanner.report.paper.parties import BLANK

_QUESTIONS = {
    "認識日時": "誰が、いつ、どのようにして知りましたか。",
    "発見者": "最初に気付いた人と、その所属は。",
    "事象": "何が起きましたか(漏えい、滅失、毀損、そのおそれ)。",
    "対象の原本系列": "どの資料(台帳番号)に係るものですか。",
    "項目": "どの項目(氏名、住所、口座番号など)が含まれていましたか。",
    "本人数(最小–最大)": "何人分ですか。確定できなければ、考えられる最大の人数は。",
    "所在": "どこに、どのような形で置かれて(送られて)いましたか。",
    "端末": "どの端末・媒体でしたか。",
    "暗号化": "暗号化されていましたか。方式と、鍵・パスワードの管理は。",
    "応急措置": "広がりを止めるために、何を、いつしましたか(削除を急がず、証拠を残してください)。",
    "委託者への連絡": "誰に、いつ、何で連絡し、どのような指示を受けましたか。",
    "概要": "いつ発生し、いつ、誰が、どのように発見しましたか。その後の経過は。",
    "本人の数": "何人分ですか。確定できなければ、考えられる最大の人数は。",
    "原因": "なぜ起きましたか。起こした主体(受託者、再委託先など)はどこですか。",
    "二次被害又はそのおそれ": "悪用や不審な連絡などの被害、又はそのおそれがありますか。",
    "本人への対応": "本人に通知しましたか。いつ、どの方法で。しないときは、その理由は。",
    "公表": "公表しましたか。いつ、どこで。しないときは、その理由は。",
    "再発防止の措置": "実施した措置と、今後予定する措置は。それぞれいつまでに。",
    "その他参考となる事項": "警察への届出、他の機関への報告、回収の状況などがありますか。",
}


def item(row: tuple[object, ...]) -> tuple[str, str]:
    """Label and text of an item from a row of forms 11a to 11c (number, label, fact, declared, kind)."""
    label, fact, said = (str(value) for value in row[1:4])
    lines = [fact] if fact else []
    if said:
        lines.append(f"(申告){said}" if fact else said)
    if not lines:
        lines = [f"不明(確認中)　問: {_QUESTIONS.get(label, '確認した内容は。')}", f"答: {BLANK * 2}"]
    return label, "\n".join(lines)
