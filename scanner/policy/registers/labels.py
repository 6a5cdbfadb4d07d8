"""The Japanese heading of every field of a register, and the Japanese words of its fixed values."""

from __future__ import annotations

LABELS = {
    "id": "番号", "title": "件名", "entruster": "委託者", "purpose": "目的", "my_number": "特定個人情報", "items": "記録項目",
    "starts": "開始日", "ends": "終了日", "completed_on": "事務完了日", "retention_years": "保存年数", "kind": "区分",
    "name": "名称・氏名", "address": "所在地・室", "manager": "管理責任者", "path": "パス", "host": "端末名", "volume": "媒体の製造番号",
    "unc": "共有名", "require_encryption": "暗号化必須", "overseas": "国外", "consent": "承諾番号", "valid_from": "有効開始日",
    "valid_to": "有効期限", "scope": "対象", "copies_max": "承諾部数", "place": "場所番号", "media": "媒体", "recipients": "送付先",
    "conditions": "条件", "applied_on": "申請日", "granted_on": "承諾日", "granted_by": "承諾者", "document": "文書番号",
    "disposal_due": "廃棄予定日", "withdrawn_on": "撤回日", "department": "部署", "contact": "連絡先", "tier": "階層",
    "domains": "ドメイン", "work": "業務", "employer": "所属", "role": "役割", "accounts": "アカウント", "pledged_on": "誓約日",
    "trained_on": "研修日", "reason": "必要性", "serial": "製造番号", "medium": "媒体名", "destination": "持出先",
    "carrier": "持出者", "due": "返却期限", "encrypted": "暗号化", "approver": "承認者", "approved_on": "承認日",
    "returned_on": "返却日", "erased_on": "消去日", "erased_by": "消去者", "maker": "メーカー", "owner": "管理部署",
    "lent_to": "貸与先", "lent_on": "貸与日", "wiped_on": "消去日", "disposed_on": "廃棄日", "contract": "契約番号",
    "responsible_type": "責任者の別", "responsible_name": "責任者", "responsible_role": "責任者の役割",
    "responsible_contact": "責任者の連絡先", "subjects": "本人の範囲", "collection": "収集方法", "special_care": "要配慮個人情報",
    "sensitivity": "秘匿性区分", "law": "適用法", "retain_until": "保存期限", "type": "人・組織の別", "authority": "権限",
    "deputy": "代行者", "pledge": "誓約書の版", "left_checked_on": "離任時確認日", "left_checked_by": "離任時確認者",
    "account": "アカウント・グループ", "right": "権限の別", "approved_by": "承認者", "review_due": "見直し期限", "date": "日付",
    "topics": "内容", "attendees": "受講者", "absent": "未受講者", "repeated_on": "再受講日", "lecturer": "講師", "material": "資料",
    "by": "指示者・実施者", "text": "内容", "answer": "対応", "answered_on": "回答日", "supersedes": "置き換える番号",
    "recipient": "宛先", "sender": "送信者", "means": "手段", "count": "件数・人数", "checker1": "確認者1", "checker2": "確認者2",
    "receipt_on": "受領確認日", "method": "方法", "tracking": "追跡番号", "handed_by": "引渡者", "receiver": "受領者",
    "departed_on": "発送日", "received_on": "到着日", "arrival": "到着照合", "instruction": "指示番号", "level": "水準",
    "tool": "使用ソフト・業者", "executor": "実施者", "witness": "立会者", "executed_on": "実施日", "certificate": "証明書番号",
    "receipt": "受領書番号", "subject": "対象", "result": "結果", "corrective": "是正事項", "closed_on": "完了日",
    "known_on": "発覚日", "happened_on": "発生日", "recognised_by": "発見者", "points": "要確認の番号", "summary": "概要",
    "cause": "原因", "secondary": "二次被害", "response": "本人への対応", "publication": "公表", "measures": "再発防止(済)",
    "planned": "再発防止(予定)", "other": "その他", "contained": "応急措置", "wrongful": "不正の目的", "key_managed": "鍵の管理",
    "reported_on": "第一報の日", "reported_to": "第一報の相手", "reported_by": "第一報の報告者", "channel": "連絡手段",
    "written_on": "書面報告の日", "instructed": "委託者の指示", "submitted_on": "委員会報告の日", "asset": "資産番号", "lock": "盗難防止",
    "silent_days": "無通信の日数", "addressee": "宛先", "postal_code": "郵便番号", "representative_title": "代表者の職名",
    "representative": "代表者の氏名", "telephone": "電話番号", "email": "メールアドレス", "prefix": "文書番号の頭の字",
    "scheme": "文書番号の形", "year": "番号を改める年", "access": "施錠・入退室", "data": "取り扱う個人情報", "supervised_on": "監督した日",
    "password_reviewed_on": "パスワードの見直し日", "password_rule": "パスワードの方針", "authentication": "認証方式",
    "returned_to": "返却確認者", "application": "申請番号", "applicant": "申請者", "safeguards": "安全措置", "disposal_method": "廃棄方法",
    "disposed_by": "廃棄確認者", "attachment": "添付", "unneeded_on": "不要となった日",
}  # fmt: skip
"""Field → heading. Within a sheet no two fields share one."""

OF_REGISTER = {
    ("contractor", "name"): "受託者の名称", ("contractor", "address"): "所在地", ("contractor", "department"): "担当部署",
    ("contractor", "contact"): "担当者", ("worker", "name"): "氏名", ("place", "name"): "名称", ("party", "name"): "名称", ("post", "name"): "氏名又は組織",
    ("contract", "id"): "契約番号", ("contract", "retention_years"): "保存年数", ("worker", "id"): "従事者番号", ("place", "id"): "場所番号",
    ("consent", "id"): "承諾番号", ("consent", "place"): "場所番号", ("consent", "kind"): "承諾の区分", ("party", "id"): "当事者番号",
    ("medium", "id"): "管理番号", ("host", "id"): "端末名", ("host", "place"): "設置場所", ("instruction", "id"): "指示番号",
    ("instruction", "by"): "指示者", ("inspection", "by"): "実施者", ("medium", "wiped_on"): "消去日", ("transfer", "date"): "送付日",
    ("training", "date"): "研修日", ("training", "title"): "研修名", ("handover", "date"): "返還日", ("inspection", "date"): "実施日",
    ("instruction", "date"): "指示日", ("party", "place"): "作業場所", ("consent", "disposed_on"): "廃棄確認日", ("handover", "received_on"): "受領日", ("carryout", "starts"): "持出日", ("grant", "right"): "権限の別",
}  # fmt: skip
"""(register, field) → heading, where a register has its own word."""

VALUES: dict[str, dict[str, str]] = {
    "contractor.year": {"fiscal": "年度", "calendar": "暦年"},
    "place.kind": {"work": "作業場所", "storage": "保管場所", "server_room": "基幹サーバ室"},
    "consent.kind": {
        "place": "場所", "copy": "複写・複製", "send": "送信・送付", "other_use": "目的外利用", "subcontract": "再委託",
        "technical": "包括(技術的複製)", "carryout": "持出し",
    },
    "party.kind": {
        "entruster": "委託者", "contractor": "受託者", "subcontractor": "再委託先", "carrier": "運搬業者", "disposer": "廃棄業者",
        "cloud": "クラウド事業者",
    },
    "post.type": {"person": "個人", "organisation": "組織"},
    "contract.type": {"person": "個人", "organisation": "組織"},
    "contract.law": {"public": "行政機関等", "private": "民間", "number": "番号利用法"},
    "contract.sensitivity": {"S1": "S1", "S2": "S2", "S3": "S3", "S4": "S4"},
    "grant.right": {"read": "閲覧", "write": "更新", "manage": "管理"},
    "instruction.kind": {
        "instruction": "指示", "report": "報告要求", "material": "資料要求", "dispose": "廃棄の指示", "keep": "保管の指示",
        "return": "返還の指示",
    },
    "transport.arrival": {"match": "一致", "differs": "不一致"},
    "disposal.method": {
        "overwrite": "上書き", "crypto_erase": "暗号化消去", "media_command": "媒体の消去コマンド", "destroy": "物理破壊", "pulp": "溶解",
        "shred": "裁断", "delete": "削除",
    },
    "disposal.level": {"Clear": "Clear", "Purge": "Purge", "Destroy": "Destroy"},
    "inspection.kind": {"self": "点検", "audit": "監査", "log": "記録の確認", "entruster": "委託者の調査"},
    "incident.kind": {"leak": "漏えい", "loss": "滅失", "damage": "毀損", "suspicion": "おそれ"},
}  # fmt: skip
"""``register.field`` → value of the policy file → word of the workbook and of the forms."""

YES, NO = "はい", "いいえ"
YES_WORDS = frozenset("はい 有 あり 要 済 済み ○ 〇 ◯ ● レ ✓ ✔ true yes y 1".split())
NO_WORDS = frozenset("いいえ 無 なし 不要 未 × ✕ ✗ - － ー false no n 0".split())


def label(register: str, field: str) -> str:
    """The heading of a field in the sheet of its register."""
    return OF_REGISTER.get((register, field), LABELS[field])
