"""What stands around the records: nothing, firms, numbers, law, wares. No person is in it."""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks import numbers
from benchmarks.office_values import DEPARTMENTS, ORGS, TOPICS

Around = tuple[str, str]


def _none(_: random.Random) -> Around:
    return "", ""


def _firms(c: random.Random) -> Around:
    return (
        f"{c.choice(ORGS)} {c.choice(DEPARTMENTS)} 御中\n\n",
        f"\n発行 {c.choice(ORGS)}\n登録番号 T{numbers.digits(c, 13)}\n",
    )


def _counts(c: random.Random) -> Around:
    return (
        f"文書番号 {numbers.digits(c, 8)}　作成日 令和8年{c.randint(1, 12)}月{c.randint(1, 28)}日\n",
        f"\n合計 {c.randint(1, 90)}件　整理番号 {numbers.digits(c, 10)}　処理日時 2026-{c.randint(1, 12):02d}-11T10:{c.randint(10, 59)}:00\n",
    )


def _law(c: random.Random) -> Around:
    return (
        f"第{c.randint(2, 60)}条 実施者は、個人番号の漏えいその他の事故の防止に必要な措置を講じなければならない。\n\n",
        f"\n附則（令和{c.randint(1, 8)}年{c.randint(1, 12)}月{c.randint(1, 28)}日条例第{c.randint(1, 90)}号）この条例は、公布の日から施行する。\n",
    )


def _talk(c: random.Random) -> Around:
    return (
        f"{c.choice(TOPICS)}について、{c.choice(DEPARTMENTS)}から次の資料が届きました。\n\n",
        f"\n{c.choice(TOPICS)}は来週までに確認してください。会場は{c.choice(('中央', '東部', '小林'))}公民館です。\n",
    )


NEIGHBOURS: dict[str, Callable[[random.Random], Around]] = {
    "none": _none,
    "firms": _firms,
    "counts": _counts,
    "law": _law,
    "talk": _talk,
}
