"""A generated office to measure custody with: originals, derived copies of every kind, unrelated files. All invented.

Seeded: the same arguments give the same office. ``derive`` makes one copy of a kind; the office notes for every file which
original it comes from, so that recall and precision can be counted.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from detectors.training import names
from scanner.demo import formats

HEADER = ["氏名", "フリガナ", "生年月日", "住所", "電話番号", "メール", "備考"]
_TOWNS = (
    "東京都世田谷区桜丘", "東京都八王子市館町", "神奈川県横浜市港北区日吉", "大阪府堺市堺区中之町", "愛知県岡崎市康生通",
    "北海道札幌市豊平区平岸", "福岡県久留米市東町", "宮城県仙台市若林区連坊", "広島県福山市三之丸町", "新潟県長岡市大手通",
    "静岡県三島市一番町", "兵庫県西宮市甲子園町", "千葉県船橋市本町", "埼玉県川口市栄町", "京都府宇治市槇島町",
)  # fmt: skip
_NOTES = ("", "", "", "要確認", "書類受領済", "再送", "電話連絡済", "世帯主")
_SENTENCES = (
    "本年度の実施計画について説明があった。", "資料に基づき担当から報告が行われた。", "次回の日程は改めて調整することとした。",
    "予算の執行状況を確認し、特に意見はなかった。", "施設の修繕について見積もりを取ることとした。", "広報紙の原稿は月末までに提出する。",
    "会場の設営は前日の午後に行う。", "参加者の募集は先着順とする。", "保険の手続は事務局で一括して行う。", "機器の更新は来年度以降に検討する。",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A file of the office: where, and of which original it is what kind of copy (0 and empty for unrelated ones)."""

    path: Path
    original: int
    kind: str


def rows(count: int, seed: int) -> list[list[str]]:
    """``count`` invented persons as table rows."""
    chance = random.Random(seed)
    found: list[list[str]] = []
    while len(found) < count:
        person = names.name(chance)
        if person.kind == "foreign" or not person.family or not person.given:
            continue
        number = len(found) + seed * 1_000_003
        found.append(
            [
                f"{person.family} {person.given}",
                f"{person.family_kana} {person.given_kana}",
                f"{chance.randint(1940, 2004)}/{chance.randint(1, 12)}/{chance.randint(1, 28)}",
                f"{chance.choice(_TOWNS)}{chance.randint(1, 9)}-{chance.randint(1, 40)}-{chance.randint(1, 30)}",
                f"0{chance.choice('789')}0-{chance.randint(1000, 9999)}-{chance.randint(0, 9999):04}",
                f"u{number}@mail.example.jp" if chance.random() < 0.6 else "",
                chance.choice(_NOTES),
            ]
        )
    return found


def text(seed: int, sentences: int = 60) -> str:
    """A document without rows: its sentences are about things that only it has."""
    chance = random.Random(seed)
    parts = []
    for _ in range(sentences):
        who, town = names.name(chance), chance.choice(_TOWNS)
        parts.append(
            f"{town}の{who.family}地区では{chance.choice(_SENTENCES)}{who.given}の件は{chance.choice(_SENTENCES)}"
            if chance.random() < 0.7
            else chance.choice(_SENTENCES)
        )
    return "\n".join(parts)


def _csv(table: list[list[str]], codec: str = "cp932") -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return out.getvalue().encode(codec, "replace")


def _html(table: list[list[str]]) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in table)
    return f"<html><body><table>{body}</table></body></html>".encode()


def _mail(subject: str, body: str, attachment: tuple[str, bytes] | None = None) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "tanto@example.jp", "aite@example.com", subject
    mail.set_content(body)
    if attachment:
        mail.add_attachment(attachment[1], maintype="application", subtype="octet-stream", filename=attachment[0])
    return mail.as_bytes()


def _zip(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def _lines(table: list[list[str]]) -> list[str]:
    return ["  ".join(c for c in row if c) for row in table]


Derive = Callable[[list[list[str]], random.Random], tuple[bytes, str]]
"""(rows with header, chance) → (contents, ending)."""


def _part(table: list[list[str]], chance: random.Random, count: int) -> list[list[str]]:
    picked = sorted(chance.sample(range(1, len(table)), min(count, len(table) - 1)))
    return [table[0], *(table[i] for i in picked)]


def _strangers(chance: random.Random, count: int) -> list[list[str]]:
    return rows(count, chance.randrange(10**6, 10**7))


def _mixed(table: list[list[str]], chance: random.Random) -> tuple[bytes, str]:
    own = _part(table, chance, 30)[1:]
    others = [*own, *_strangers(chance, 120)]
    chance.shuffle(others)
    return formats.xlsx({"統合": [HEADER, *others]}), "xlsx"


def _reordered(table: list[list[str]], chance: random.Random) -> tuple[bytes, str]:
    body = table[1:]
    chance.shuffle(body)
    order = chance.sample(range(len(HEADER)), len(HEADER))
    return _csv([[row[i] for i in order] for row in [table[0], *body]]), "csv"


KINDS: dict[str, Derive] = {
    "renamed": lambda table, _: (formats.xlsx({"名簿": table}), "xlsx"),
    "xlsx to csv": lambda table, _: (_csv(table), "csv"),
    "to utf-8 tsv": lambda table, _: ("\n".join("\t".join(r) for r in table).encode(), "tsv"),
    "to docx table": lambda table, _: (formats.docx(["名簿"], table[:2000]), "docx"),
    "to pdf": lambda table, _: (
        formats.pdf([_lines(table[i : i + 40]) for i in range(0, min(len(table), 800), 40)]),
        "pdf",
    ),
    "to html": lambda table, _: (_html(table[:5000]), "html"),
    "to mail body": lambda table, chance: (_mail("名簿", "\n".join(_lines(_part(table, chance, 60)))), "eml"),
    "excerpt of 10 rows": lambda table, chance: (formats.xlsx({"抜粋": _part(table, chance, 10)}), "xlsx"),
    "excerpt of 10 %": lambda table, chance: (_csv(_part(table, chance, max(10, len(table) // 10))), "csv"),
    "merged with others": _mixed,
    "reordered": _reordered,
    "name and telephone only": lambda table, chance: (
        _csv([[r[0], r[4]] for r in _part(table, chance, 200)]),
        "csv",
    ),
    "name and address only": lambda table, chance: (
        formats.xlsx({"宛名": [[r[0], r[3]] for r in _part(table, chance, 200)]}),
        "xlsx",
    ),
    "name and birth date only": lambda table, chance: (
        formats.xlsx({"年齢": [[r[0], r[2]] for r in _part(table, chance, 200)]}),
        "xlsx",
    ),
    "zipped": lambda table, chance: (_zip("名簿.csv", _csv(_part(table, chance, 300))), "zip"),
    "attached": lambda table, chance: (
        _mail("送付", "ご確認ください。", ("list.xlsx", formats.xlsx({"一": _part(table, chance, 100)}))),
        "eml",
    ),
}


def office(
    folder: Path,
    *,
    sizes: tuple[int, ...] = (100, 300, 1_000, 3_000, 10_000),
    copies: int = 100,
    unrelated: int = 300,
    texts: int = 3,
    seed: int = 11,
) -> list[Made]:
    """Write the office; the originals come first, by number from 1."""
    chance = random.Random(seed)
    made: list[Made] = []
    for place in ("originals", "copies", "others"):
        (folder / place).mkdir(parents=True, exist_ok=True)

    def write(place: str, name: str, data: bytes, original: int, kind: str) -> None:
        path = folder / place / name
        path.write_bytes(data)
        made.append(Made(path, original, kind))

    tables = [[HEADER, *rows(size, seed + n)] for n, size in enumerate(sizes, 1)]
    for number, table in enumerate(tables, 1):
        write("originals", f"list{number:02}.xlsx", formats.xlsx({"名簿": table}), number, "original")
    documents = [text(seed * 100 + n) for n in range(texts)]
    for number, body in enumerate(documents, len(tables) + 1):
        write("originals", f"text{number:02}.docx", formats.docx(body.split("\n")), number, "original")
    kinds = list(KINDS)
    for number in range(copies):
        kind = kinds[number % len(kinds)]
        pick = chance.randrange(len(tables)) if number % 10 else number % len(tables)
        data, ending = KINDS[kind](tables[pick], chance)
        write("copies", f"c{number:04}.{ending}", data, pick + 1, kind)
    for number, body in enumerate(documents, len(tables) + 1):
        lines = body.split("\n")
        part = lines[len(lines) // 4 : len(lines) * 3 // 4]
        write("copies", f"t{number:02}.txt", body.encode("cp932", "replace"), number, "text to txt")
        write("copies", f"t{number:02}.eml", _mail("抜粋", "\n".join(part)), number, "text excerpt in mail")
    for number in range(unrelated):
        shared = number % 8 == 0
        if shared:  # the same surnames and towns by chance
            table = [HEADER, *rows(chance.randint(5, 60), seed + 10_000 + number)]
            write("others", f"o{number:04}.xlsx", formats.xlsx({"一": table}), 0, "")
        elif number % 8 < 4:
            write("others", f"o{number:04}.txt", text(seed * 7 + 50_000 + number, 12).encode("cp932", "replace"), 0, "")
        else:
            body = [[f"品目{n}", str(chance.randint(1, 999)), str(chance.randint(100, 99999))] for n in range(30)]
            write("others", f"o{number:04}.csv", _csv([["品名", "数量", "単価"], *body]), 0, "")
    return made
