"""Ways of writing what is known of persons."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks import identifier_machines as machines
from benchmarks import numbers
from benchmarks.identifier_values import NUMBERS, Form, Person, fields
from benchmarks.office_values import Document


def colon_lines(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"届出書\n氏名：{p.name}\n")
    for e in fields(c, 5):
        d.add(f"{p.label(e)}：").put(e, p.value(e), "\n")


def numbered_lines(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"（１）氏名　{p.name}\n")
    for i, e in enumerate(fields(c, 5)):
        d.add(f"（{'２３４５６７'[i]}）{p.label(e)}　　").put(e, p.value(e), "\n")


def bracketed(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"【氏名】{p.name}\n")
    for e in fields(c, 5):
        d.add(f"【{p.label(e)}】").put(e, p.value(e), "\n")


def set_wide(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"氏　　名　{p.name}\n")
    for e in fields(c, 5):
        label = p.label(e)
        d.add(("　" if len(label) < 6 else "").join(label) + "　　").put(e, p.value(e), "\n")


def label_above(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"氏名\n{p.name}\n")
    for e in fields(c, 4):
        d.add(f"{p.label(e)}\n").put(e, p.value(e), "\n")


def label_two_above(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    for e in fields(c, 4):
        d.add(f"■{p.label(e)}\n\n　").put(e, p.value(e), "\n\n")


def instructed(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"氏名 {p.name}\n")
    for e in fields(c, 4, NUMBERS):
        d.add(
            f"{p.label(e)}{c.choice(('（お分かりになる場合にご記入ください）', '※右づめで記入', '（手元の書類で確認のうえ記入）'))}　"
        ).put(e, p.value(e), "\n")


def in_one_line(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        d.add(f"{p.name}、")
        for e in fields(c, 3, NUMBERS):
            d.add(f"{p.label(e)} ").put(e, p.value(e), c.choice(("、", " / ", "　")))
        d.add("確認済\n")


def sentences(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        e = c.choice(NUMBERS)
        d.add(f"{p.name.split()[0]}様の{p.label(e)}は").put(e, p.value(e)).add("です。")
    d.add("\n")


def sentences_around(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        e = c.choice(NUMBERS)
        head, tail = c.choice(
            (
                ("の写しの提出を受け、番号が", "であることを確認した。"),
                ("について照会したところ ", " との回答があった。"),
                ("を控えました（", "）。"),
            )
        )
        d.add(f"{p.name}さんから{p.label(e)}{head}").put(e, p.value(e)).add(f"{tail}\n")


def number_of_somebody(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add("お疲れさまです。ご依頼の件です。\n")
    for e in fields(c, 3, NUMBERS):
        d.add(f"・{p.label(e)}　{p.name.split()[0]}さん　").put(e, p.value(e), "\n")


def label_behind(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    for e in fields(c, 4, NUMBERS):
        d.add(f"{p.name}　").put(e, p.value(e)).add(f"（{p.label(e)}）\n")


def _table(d: Document, c: random.Random, people: Sequence[Person], mark: str, wanted: list[str]) -> None:
    d.add(mark.join(["番号", "氏名", *(people[0].label(e) for e in wanted)]) + "\n")
    for i, p in enumerate(people):
        d.add(f"{i + 1}{mark}{p.name}")
        for e in wanted:
            d.add(mark).put(e, p.value(e))
        d.add("\n")


def csv_table(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    _table(d, c, people, ",", fields(c, 4))


def tab_table(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    _table(d, c, people, "\t", fields(c, 4))


def pipe_table(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    _table(d, c, people, "|", fields(c, 4))


def spaced_rows(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    wanted = ["JP_ADDRESS", c.choice(("JP_MY_NUMBER", "PHONE_NUMBER", "JP_PENSION_NUMBER"))]
    labels = [people[0].label(e).split()[0] for e in wanted]
    d.add(f"氏名 {' '.join(labels)}\n")
    for p in people:
        d.add(f"{p.name} ")
        for e in wanted:
            d.put(e, p.value(e).replace(" ", "") if e != "JP_ADDRESS" else p.value(e), " " if e == wanted[0] else "\n")


def headless_spaced(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        d.add(f"{p.name} ").put("DATE_OF_BIRTH", p.birth, " ").put("JP_ADDRESS", p.address, " ").put(
            "PHONE_NUMBER", p.phone, "\n"
        )


def headless_tabs(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        d.add(f"{p.name}\t{p.sex}\t").put("DATE_OF_BIRTH", p.birth, "\t").put("JP_ADDRESS", p.address, "\t").put(
            "PHONE_NUMBER", p.phone, "\n"
        )


def headless_commas(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for i, p in enumerate(people):
        d.add(f"{i + 101},{p.name},{p.kana},").put("DATE_OF_BIRTH", p.birth, ",").put("PHONE_NUMBER", p.phone, ",").put(
            "JP_ADDRESS", p.address, "\n"
        )


def address_then_number(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        d.add(f"{p.name}　").put("JP_ADDRESS", p.address, " ").put("JP_MY_NUMBER", p.value("JP_MY_NUMBER"), "\n")
    d.add("（個人番号は右端の欄）\n")


def boxes(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"氏名　{p.name}\n")
    for e, size in (
        ("JP_MY_NUMBER", 12),
        ("JP_PENSION_NUMBER", 10),
        ("JP_CARE_INSURANCE", 10),
        ("JP_EMPLOYMENT_INSURANCE", 11),
    ):
        v = numbers.my_number(c) if size == 12 else numbers.digits(c, size)
        mark = c.choice((" ", "|", "｜", "　"))
        d.add(f"{p.label(e)}　").put(e, mark.join(v), "\n")


def boxes_over_cells(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"氏名\t{p.name}\n")
    for e, size in (("JP_MY_NUMBER", 12), ("JP_BANK_ACCOUNT", 7), ("JP_CARE_INSURANCE", 10)):
        v = numbers.my_number(c) if size == 12 else numbers.digits(c, size)
        d.add(f"{p.label(e)}\t").put(e, "\t".join(v), "\n")


def birth_boxes(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"{p.label('DATE_OF_BIRTH')}　")
    if c.random() < 0.5:
        d.put("DATE_OF_BIRTH", f"{p.year}｜{p.month:02d}｜{p.day:02d}", "\n")
    else:
        d.put("DATE_OF_BIRTH", f"{p.year} 年 {p.month} 月 {p.day} 日", "\n")
    d.add(f"氏名　{p.name}\n")


def births_beside(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        d.add(f"{p.name}（").put("DATE_OF_BIRTH", p.birth).add("）\n")


def births_told(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"利用者 {p.name}（{p.sex}）").put("DATE_OF_BIRTH", f"昭和{p.year - 1925}年{p.month}月{p.day}日").add(
        f"生まれ、{2026 - p.year}歳。\n長女 {people[1].name} "
    )
    d.put("DATE_OF_BIRTH", f"平成{c.randint(1, 9)}年{p.month}月{p.day}日", "生\n")


def births_of_family(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add("世帯員\n")
    for p, kin in zip(people, ("世帯主", "妻", "長男", "長女", "母", "父"), strict=False):
        d.add(f"{kin}　{p.name}　").put("DATE_OF_BIRTH", p.birth, "\n")


def insurance_card(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add("健康保険 資格情報のお知らせ\n").add("記号　").put(
        "JP_HEALTH_INSURANCE", f"{numbers.digits(c, 8)}　番号　{numbers.digits(c, 4)}", "\n"
    )
    d.add(f"氏名　{p.name}\n生年月日　").put("DATE_OF_BIRTH", f"昭和{p.year - 1925}年{p.month}月{p.day}日", "\n")
    d.add("保険者番号　").put("JP_HEALTH_INSURANCE", numbers.insurer(c), "\n")


def insurance_sections(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    p = people[0]
    d.add(f"社会保険 資格取得届\n{p.name}\n雇用保険\n　被保険者番号　").put(
        "JP_EMPLOYMENT_INSURANCE", numbers.grouped(numbers.digits(c, 11), 4, 6, 1)
    )
    d.add("\n厚生年金保険\n　基礎年金番号　").put(
        "JP_PENSION_NUMBER", numbers.grouped(numbers.digits(c, 10), 4, 6), "\n"
    )
    d.add("介護保険\n　被保険者番号　").put("JP_CARE_INSURANCE", numbers.digits(c, 10), "\n")


def land_lines_without_zero(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add("氏名,電話番号\n")
    for p in people:
        d.add(f"{p.name},").put(
            "PHONE_NUMBER",
            c.choice(
                (
                    f"258{c.randint(200000, 899999)}",
                    f"3{c.randint(30000000, 69999999)}",
                    f"90{c.randint(10000000, 99999999)}",
                )
            ),
            "\n",
        )


def buildings_beside(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add("氏名,住所,建物名・部屋番号\n")
    for p in people:
        d.add(f"{p.name},").put("JP_ADDRESS", p.address.split()[0], ",").put(
            "JP_ADDRESS", f"ハイツ若松{c.randint(101, 505)}号室", "\n"
        )


def odd_addresses(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        value = c.choice(
            (
                "長岡市二の町3番12号",
                "新発田市三の丸町4-2",
                "水戸市三の丸1-6-21",
                "八戸市内丸一丁目2-3",
                "弘前市大字元寺町11番地",
                "会津若松市一箕町大字八幡字弁天下8番",
                "金沢市尾張町一丁目5-7",
                "京都市中京区寺町通御池上る上本能寺前町48",
            )
        )
        d.add(f"{p.name} 様　住所 ").put("JP_ADDRESS", value, "\n")


def facts_in_clauses(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        fact = p.value("JP_SENSITIVE")
        head, tail = c.choice((("既往歴：", "、内服中"), ("病名 ", "（昨年より）"), ("診断名：", "。経過は良好")))
        d.add(f"{p.name}　{head}").put("JP_SENSITIVE", fact).add(f"{tail}\n")


def facts_in_columns(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add("氏名,既往歴,備考\n")
    for p in people:
        d.add(f"{p.name},").put("JP_SENSITIVE", p.value("JP_SENSITIVE"), ",送迎あり\n")


FORMS: tuple[Form, ...] = (
    colon_lines, numbered_lines, bracketed, set_wide, label_above, label_two_above, instructed, in_one_line, sentences,
    sentences_around, label_behind, number_of_somebody, csv_table, tab_table, pipe_table, spaced_rows, headless_spaced,
    headless_tabs, address_then_number, headless_commas, boxes, boxes_over_cells, machines.json_keys,
    machines.xml_keys, machines.properties, machines.yaml_keys, machines.sql_insert, machines.english_csv,
    machines.host_lines, machines.host_fields, births_beside, births_of_family, births_told, birth_boxes,
    insurance_card, insurance_sections, machines.iso_times, land_lines_without_zero, odd_addresses, buildings_beside,
    facts_in_clauses, facts_in_columns,
)  # fmt: skip
"""In pairs: the first of two is seen, the second held."""
