"""What lies in the sample office, and what a scan must find in it."""

from __future__ import annotations

import json
import random
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from scanner.demo import formats
from scanner.demo.people import Person, people

STORE = "承諾済み保管庫"
SHARE = "共有フォルダ"
WORK = "業務資料"
TROUBLE = "調べにくいファイル"

POLICY = f"""# 見本の事務所の方針。承諾された保管場所は「{STORE}」だけ。
[[contract]]
id = "2026-017"
title = "住民意向調査 集計業務"
entruster = "見本市 市民部"
purpose = "調査票の入力と集計"
my_number = true
items = ["PERSON", "JP_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "JP_MY_NUMBER"]
starts = 2026-04-01
ends = 2099-03-31

[[contract.place]]
id = "store-1"
kind = "storage"
path = "{STORE}"
consent = "承諾-2026-0042"
valid_from = 2026-04-01
valid_to = 2099-03-31

[[contract.party]]
id = "P-1"
kind = "entruster"
name = "見本市"
domains = ["city.example.jp"]

[[contract.consent]]
id = "承諾-2026-0060"
kind = "send"
recipients = ["city.example.jp"]
valid_to = 2099-03-31

[[contract.worker]]
id = "W-1"
name = "確認者甲"

[[contract.worker]]
id = "W-2"
name = "確認者乙"

[[contract.worker]]
id = "W-3"
name = "確認者丙"
"""


@dataclass(frozen=True)
class Planted:
    """A value that lies in the office: file (relative), place as the scan names it, entity, value."""

    file: str
    where: str
    entity: str
    value: str


_HEADER = ("番号", "氏名", "フリガナ", "住所", "電話番号", "生年月日", "個人番号")


def _row(number: int, p: Person) -> tuple[object, ...]:
    return (number, p.name, p.kana, p.address, p.phone, p.birth_western, p.my_number)


def _table(persons: list[Person]) -> list[tuple[object, ...]]:
    return [_HEADER, *(_row(i, p) for i, p in enumerate(persons, 1))]


def contents() -> tuple[dict[str, bytes], list[Planted]]:
    """(relative path → bytes, everything planted). The same bytes every time, but for the encrypted file."""
    everyone = people(60)
    files: dict[str, bytes] = {}
    planted: list[Planted] = []

    def note(file: str, where: str, entity: str, value: str) -> None:
        planted.append(Planted(file, where, entity, value))

    def rows(file: str, part: str, persons: list[Person]) -> None:
        for i, p in enumerate(persons, 2):
            for column, entity, value in (
                ("B", "PERSON", p.name),
                ("D", "JP_ADDRESS", p.address),
                ("E", "PHONE_NUMBER", p.phone),
                ("F", "DATE_OF_BIRTH", p.birth_western),
                ("G", "JP_MY_NUMBER", p.my_number),
            ):
                note(file, f"{part}{column}{i}", entity, value)

    _agreed(files, everyone[:12], rows)
    _shared(files, everyone[12:], rows, note)
    _clean(files)
    _trouble(files, everyone[50:])
    files["policy.toml"] = POLICY.encode("utf-8")
    return files, planted


def _agreed(files: dict[str, bytes], persons: list[Person], rows) -> None:  # type: ignore[no-untyped-def]
    files[f"{STORE}/調査対象者.xlsx"] = formats.xlsx({"対象者": _table(persons)})
    rows(f"{STORE}/調査対象者.xlsx", "対象者!", persons)
    files[f"{STORE}/調査対象者.csv"] = formats.csv_text(_table(persons[:6])).encode("cp932")
    rows(f"{STORE}/調査対象者.csv", "", persons[:6])


def _shared(files: dict[str, bytes], persons: list[Person], rows, note) -> None:  # type: ignore[no-untyped-def]
    def file(name: str, data: bytes) -> str:
        files[f"{SHARE}/{name}"] = data
        return f"{SHARE}/{name}"

    name = file(
        "申込者一覧.xlsx",
        formats.xlsx(
            {
                "説明": [("この表は申込者の一覧です",), ("更新", "2026/4/6")],
                "4月": _table(persons[:5]),
                "5月": _table(persons[5:9]),
            }
        ),
    )
    rows(name, "4月!", persons[:5])
    rows(name, "5月!", persons[5:9])
    rows(file("名簿_cp932.csv", formats.csv_text(_table(persons[9:14])).encode("cp932")), "", persons[9:14])
    rows(file("名簿_utf8.csv", formats.csv_text(_table(persons[14:18])).encode("utf-8-sig")), "", persons[14:18])
    rows(file("名簿_euc.csv", formats.csv_text(_table(persons[18:20])).encode("euc_jp")), "", persons[18:20])

    p, q = persons[20], persons[21]
    name = file(
        "面談記録.docx",
        formats.docx(
            [
                "面談記録",
                f"氏名:{p.name}",
                f"住所:{p.address}",
                f"電話:{p.phone}",
                f"マイナンバー {p.my_number}",
                "次回は4月20日に来所予定。",
            ],
            [("氏名", "生年月日", "連絡先"), (q.name, q.birth_japanese, q.phone)],
            header="見本市 市民部 取扱注意",
        ),
    )
    for where, entity, value in (
        ("paragraph 2", "PERSON", p.name),
        ("paragraph 3", "JP_ADDRESS", p.address),
        ("paragraph 4", "PHONE_NUMBER", p.phone),
        ("paragraph 5", "JP_MY_NUMBER", p.my_number),
    ):
        note(name, where, entity, value)
    for where, entity, value in (
        ("table 1!A2", "PERSON", q.name),
        ("table 1!B2", "DATE_OF_BIRTH", q.birth_japanese),
        ("table 1!C2", "PHONE_NUMBER", q.phone),
    ):
        note(name, where, entity, value)

    p = persons[22]
    name = file(
        "研修資料.pptx",
        formats.pptx([["個人情報の取扱い研修"], ["連絡先", f"担当:{p.name}", f"電話:{p.phone}", p.email]]),
    )
    for entity, value in (("PERSON", p.name), ("PHONE_NUMBER", p.phone), ("EMAIL_ADDRESS", p.email)):
        note(name, "slide 2", entity, value)

    p = persons[23]
    name = file(
        "通知書.pdf",
        formats.pdf(
            [
                ["見本市長からのお知らせ", "令和8年4月6日"],
                [f"氏名 {p.name} 様", f"住所 {p.address}", f"個人番号 {p.my_number}"],
            ]
        ),
    )
    for entity, value in (("PERSON", p.name), ("JP_ADDRESS", p.address), ("JP_MY_NUMBER", p.my_number)):
        note(name, "page 2", entity, value)

    p, group = persons[24], persons[25:28]
    body = f"窓口ご担当者様\n\n{p.family}です。書類を送ります。\n住所:{p.address}\n電話:{p.phone}\n"
    name = file(
        "申請の件.eml",
        formats.eml(p.name, "申請書類の送付", body, {"家族一覧.xlsx": formats.xlsx({"家族": _table(group)})}),
    )
    note(name, "body!line 4", "JP_ADDRESS", p.address)
    note(name, "body!line 5", "PHONE_NUMBER", p.phone)
    note(name, "From", "PERSON", p.name)
    rows(name, "家族一覧.xlsx!家族!", group)

    first, second = persons[28:31], persons[31:33]
    name = file(
        "まとめ.zip",
        formats.zip_cp932(
            {
                "名簿/表紙.txt": "提出書類一式".encode("cp932"),
                "名簿/一覧表.xlsx": formats.xlsx({"一覧": _table(first)}),
                "名簿/能登地区.csv": formats.csv_text(_table(second)).encode("cp932"),
            }
        ),
    )
    rows(name, "名簿/一覧表.xlsx!一覧!", first)
    rows(name, "member 3!", second)  # the name of a district is on no list of words: its place is told by position

    p = persons[33]
    name = file(
        "聞き取りメモ.txt",
        f"聞き取りメモ\r\n\r\n氏名:{p.name}\r\n生年月日:{p.birth_japanese}\r\nマイナンバー:{p.my_number}\r\n".encode(
            "utf-16"
        ),
    )
    for line, entity, value in (
        (3, "PERSON", p.name),
        (4, "DATE_OF_BIRTH", p.birth_japanese),
        (5, "JP_MY_NUMBER", p.my_number),
    ):
        note(name, f"line {line}", entity, value)

    group = persons[34:37]
    cells = "".join(f"<tr><td>{p.name}</td><td>{p.address}</td><td>{p.phone}</td></tr>" for p in group)
    page = f"<!DOCTYPE html><html><head><meta charset='Shift_JIS'><title>連絡網</title></head><body><h1>連絡網</h1><table><tr><th>氏名</th><th>住所</th><th>電話番号</th></tr>{cells}</table></body></html>"
    name = file("連絡網.html", page.encode("cp932"))
    for i, p in enumerate(group, 2):
        for column, entity, value in (
            ("A", "PERSON", p.name),
            ("B", "JP_ADDRESS", p.address),
            ("C", "PHONE_NUMBER", p.phone),
        ):
            note(name, f"table 1!{column}{i}", entity, value)

    group = persons[37:39]
    name = file(
        "回答.json",
        json.dumps(
            [{"氏名": p.name, "メール": p.email, "住所": p.address} for p in group], ensure_ascii=False, indent=1
        ).encode(),
    )
    for i, p in enumerate(group, 2):
        for column, entity, value in (
            ("A", "PERSON", p.name),
            ("B", "EMAIL_ADDRESS", p.email),
            ("C", "JP_ADDRESS", p.address),
        ):
            note(name, f"{column}{i}", entity, value)

    p = persons[39]
    name = file("FAX送付状.txt", f"{p.name} 様\n〒154-0000\n{p.address}\nTEL {p.phone}\n".encode("cp932"))
    for line, entity, value in ((1, "PERSON", p.name), (3, "JP_ADDRESS", p.address), (4, "PHONE_NUMBER", p.phone)):
        note(name, f"line {line}", entity, value)


def _clean(files: dict[str, bytes]) -> None:
    """Files without personal data, full of numbers that look like some."""
    chance = random.Random(7)

    def digits(count: int) -> str:
        return "".join(chance.choice("0123456789") for _ in range(count))

    def file(name: str, data: bytes) -> None:
        files[f"{WORK}/{name}"] = data

    orders = [("注文番号", "品番", "数量", "金額", "納期")] + [
        (digits(12), f"AB-{digits(4)}-{digits(4)}", chance.randint(1, 90), chance.randint(100, 90000), "2026/5/1")
        for _ in range(40)
    ]
    file("注文一覧.xlsx", formats.xlsx({"注文": orders, "集計": [("月", "件数"), ("4月", 40), ("5月", 38)]}))
    file(
        "送り状.csv",
        formats.csv_text(
            [("送り状番号", "サイズ", "個数"), *((f"{digits(4)}-{digits(4)}-{digits(4)}", "60", 1) for _ in range(40))]
        ).encode("cp932"),
    )
    file(
        "商品マスタ.csv",
        formats.csv_text(
            [("JANコード", "商品名", "単価"), *((f"49{digits(11)}", f"ファイル A4 {n}色", 120 + n) for n in range(30))]
        ).encode("utf-8-sig"),
    )
    file(
        "部品表.tsv",
        "\n".join(["部品番号\t名称\t個数", *(f"{digits(10)}\tボルト M{n}\t{n * 4}" for n in range(3, 20))]).encode(
            "cp932"
        ),
    )
    file(
        "会議次第.txt",
        "定例会議 次第\n1 前回議事録の確認\n2 予算の執行状況について\n3 その他\n会場 第2会議室 定員30名\n".encode(
            "cp932"
        ),
    )
    file(
        "手順書.docx",
        formats.docx(
            [
                "バックアップ手順書",
                "毎週金曜日の18時に実行する。",
                "実行結果の番号(例 20260406180000)を台帳に記入する。",
                "異常があれば管理者へ連絡する。",
            ]
        ),
    )
    file(
        "研修案内.pptx",
        formats.pptx(
            [["情報セキュリティ研修のご案内"], ["日時 2026年5月12日 13時から", "会場 大会議室", "持ち物 筆記用具"]]
        ),
    )
    file(
        "仕様書.pdf",
        formats.pdf(
            [["装置仕様書", "型番 KX-1234-5678", "製造番号 20260001 から 20260120", "電圧 100V 消費電力 350W"]]
        ),
    )
    file(
        "アクセスログ.log",
        "\n".join(
            f"2026-04-06T09:{n:02d}:11Z INFO request_id={digits(16)} status=200 bytes={digits(5)}" for n in range(60)
        ).encode(),
    )
    file(
        "設定.json",
        json.dumps(
            {"version": "2.14.1", "timeout": 3000, "retry": [1, 2, 5], "build": 1775433600000}, indent=1
        ).encode(),
    )
    file(
        "お知らせ.html",
        "<html><head><meta charset='utf-8'><title>休館のお知らせ</title></head><body><p>4月29日から5月6日まで休館します。</p></body></html>".encode(),
    )
    file(
        "売上.csv",
        formats.csv_text(
            [
                ("日付", "店舗コード", "売上"),
                *((f"2026/4/{d}", digits(4), chance.randint(10000, 999999)) for d in range(1, 30)),
            ]
        ).encode("cp932"),
    )
    file("README.md", "# 集計ツール\n\n`make run` で実行します。版は 1.4.2 です。\n".encode())
    file(
        "法令抜粋.txt",
        "第三条 受託者は、保有個人情報を取り扱う場所を特定し、あらかじめ承諾を受けなければならない。\n第六条 受託者は、持ち出してはならない。\n".encode(),
    )
    file(
        "在庫.xlsx",
        formats.xlsx(
            {"在庫": [("管理番号", "品名", "在庫数"), *((f"{digits(7)}", f"用紙 {n}", n * 10) for n in range(1, 30))]}
        ),
    )


def _trouble(files: dict[str, bytes], persons: list[Person]) -> None:
    table = formats.xlsx({"名簿": _table(persons[:3])})
    document = formats.docx(
        [f"記録 {n} 本日の作業を終えた。特に変わったことはない。倉庫の棚卸しを来週行う。{n * 7919}" for n in range(400)]
    )
    files[f"{TROUBLE}/暗号化名簿.xlsx"] = formats.encrypted(table, "sample-password")
    files[f"{TROUBLE}/途中で切れた報告書.docx"] = document[: len(document) * 6 // 10]
    files[f"{TROUBLE}/空のファイル.txt"] = b""
    files[f"{TROUBLE}/~$申込者一覧.xlsx"] = b"\x04user".ljust(165, b" ")
    files[f"{TROUBLE}/図面.dwg"] = b"AC1032" + bytes(range(256)) * 4
    files[f"{TROUBLE}/写真.png"] = _png()


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = b"".join(b"\x00" + b"\xff\xff\xff" * 8 for _ in range(8))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )


def write(folder: Path) -> int:
    """Write the office; returns the number of files."""
    files, _ = contents()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return len(files)
