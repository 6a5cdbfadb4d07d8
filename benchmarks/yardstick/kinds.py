"""Kinds of documents: a skeleton, a title and the fields that such a document holds, of persons and of nobody."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """``fields`` of ``people.FIELDS`` for the half with persons, ``things`` of ``nobody.THINGS`` for the half without."""

    skeleton: str
    title: str
    fields: tuple[str, ...]
    things: tuple[str, ...]


def _kind(skeleton: str, title: str, fields: str, things: str) -> Kind:
    return Kind(skeleton, title, tuple(fields.split()), tuple(things.split()))


KINDS = {
    "csv_residents": _kind("csv", "住民一覧", "name kana birth address", "facility stop opened"),
    "csv_members": _kind("csv", "会員名簿", "name phone mail", "ware order amount"),
    "csv_payroll": _kind("csv", "給与台帳", "name number employment", "ware order parcel amount"),
    "csv_quoted_insured": _kind("csv_quoted", "被保険者一覧", "name birth health care", "facility opened order"),
    "csv_quoted_mailing": _kind("csv_quoted", "発送リスト", "postal address name", "parcel ware amount"),
    "tsv_contacts": _kind("tsv", "連絡先", "name kana phone", "stop facility version"),
    "tsv_drivers": _kind("tsv", "運転者台帳", "name licence birth phone", "ware parcel opened"),
    "semicolon_travel": _kind("semicolon", "渡航者", "name passport birth", "ware order opened"),
    "semicolon_accounts": _kind("semicolon", "振込先", "name account phone", "ware amount order"),
    "pipes_attendance": _kind("pipes", "出席者", "name mail phone", "facility version amount"),
    "pipes_users": _kind("pipes", "利用者一覧", "name birth care", "ware opened order"),
    "columns_class": _kind("columns", "学級名簿", "name kana phone", "stop facility amount"),
    "columns_export": _kind("columns", "抽出結果", "name birth address number", "facility opened order"),
    "transposed_family": _kind("transposed", "世帯員", "name birth number", "ware opened order"),
    "transposed_staff": _kind("transposed", "職員", "name phone pension", "facility amount parcel"),
    "colon_application": _kind("colon", "利用申込書", "name kana birth address phone", "facility opened amount"),
    "colon_claim": _kind("colon", "給付金申請書", "name number account phone", "ware order amount"),
    "colon_identity": _kind("colon", "本人確認記録", "name licence passport birth", "ware version order"),
    "colon_medical": _kind("colon", "診療情報", "name birth health illness", "ware opened amount"),
    "space_moving": _kind("space", "転居届", "name address birth number", "facility opened parcel"),
    "space_insured": _kind("space", "資格取得届", "name employment pension birth", "ware order opened"),
    "space_resume": _kind("space", "履歴書", "name kana birth address phone mail", "facility opened version"),
    "boxes_card": _kind("boxes", "受付票", "name phone birth", "ware order opened"),
    "boxes_care": _kind("boxes", "介護保険申請", "name care birth address", "facility order opened"),
    "boxes_health": _kind("boxes", "健康保険", "name health birth phone", "ware parcel opened"),
    "json_users": _kind("json", "users", "name kana mail phone", "ware version order"),
    "json_export": _kind("json", "export", "name birth number address", "facility opened order"),
    "xml_patients": _kind("xml", "patients", "name birth health phone", "ware opened parcel"),
    "xml_staff": _kind("xml", "staff", "name kana employment mail", "facility version amount"),
    "sql_residents": _kind("sql", "residents", "name kana birth address", "facility stop opened"),
    "sql_accounts": _kind("sql", "accounts", "name account phone mail", "ware amount order"),
    "yaml_contacts": _kind("yaml", "contacts", "name phone mail address", "ware version facility"),
    "yaml_insured": _kind("yaml", "insured", "name birth care pension", "ware opened order"),
    "ini_drivers": _kind("ini", "drivers", "name licence birth", "ware version opened"),
    "ini_owner": _kind("ini", "owner", "name address postal phone", "facility amount stop"),
    "log_calls": _kind("log", "call", "name phone", "order version"),
    "log_mails": _kind("log", "mail", "mail name", "parcel ware"),
    "report_visit": _kind("report", "訪問報告", "name address phone", "facility opened amount"),
    "report_medical": _kind("report", "経過報告", "name birth illness", "ware opened order"),
    "notice_receipt": _kind("notice", "受付のお知らせ", "name number phone", "ware order amount"),
    "notice_travel": _kind("notice", "手続のご案内", "name passport birth address", "facility opened parcel"),
    "account_incident": _kind("account", "事故報告", "name birth address phone", "facility opened version"),
    "account_insured": _kind("account", "資格照会", "name health employment birth", "ware order opened"),
    "bullets_members": _kind("bullets", "役員", "name address phone", "stop facility amount"),
    "bullets_cases": _kind("bullets", "相談記録", "name birth phone illness", "ware opened amount"),
}
