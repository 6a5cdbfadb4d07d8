"""What the tagger sees of a text: one number a character and four bytes of list flags, computed for the whole text
at once with numpy.

List membership of all n-grams is one table look-up per n: the characters of an n-gram are mixed into an index
of a byte table in which each bit is a list. Strangers may share an index (under 1 % of the name table, 8 % of the word
table); the tagger has learned with that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import chain
from operator import mul
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.names.lexicon import lexicon

LISTS = ("surname", "given", "surname_kana", "given_kana", "place", "organisation", "title", "romaji")
LONGEST = 7
LIST_BITS = 22
WORD_BITS = 23
"""Size of the two tables as powers of two."""

WORDS = Path(__file__).with_name("words.npz")
CHANNELS = 8
"""Flag bytes a character: begin, inside, end, single of the name lists and the same of the word classes."""

_MULTIPLIERS = np.array(
    [
        0x9E3779B97F4A7C15,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x27D4EB2F165667C5,
        0x85EBCA77C2B2AE63,
        0xD6E8FEB86659FD93,
        0xA0761D6478BD642F,
    ],
    dtype=np.uint64,
)

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint32]

_ORGANISATION = (
    "株式会社 有限会社 合同会社 (株) (有) 財団法人 社団法人 協会 組合 センター 病院 医院 クリニック 学校 小学校 中学校 高校 大学 大学院 学園 保育園 幼稚園 工業 商事 商店 建設 製作所 産業 物産 銀行 "
    "支店 営業所 本社 工場 事務所 研究所 市役所 区役所 役場 県庁 警察署 消防署 図書館 公民館 会館 ホール ビル マンション ハイツ アパート 団地 駅 空港 公園 神社 城 川 山 湖 島 線 号 賞 杯 展 祭 法 条 式 型 製 産 "
    "町 市 県 区 村 郡 府 都 課 部 係 局 室 科 班 委員会 協議会 連盟 党 会 薬局 書店 旅館 酒造 電機 自動車 不動産 工務店 運輸 食品 化学 製薬 証券 生命 新聞 放送 出版 鉄道 航空 電力 ガス 水道 農園 牧場"
).split()
_TITLE = (
    "様 さん 氏 殿 先生 くん 君 ちゃん さま 部長 課長 係長 主任 社長 専務 常務 室長 局長 次長 会長 理事 監事 委員長 委員 議長 書記 教授 准教授 講師 医師 看護師 弁護士 議員 選手 監督 知事 市長 町長 村長 大臣 首相 大統領 "
    "容疑者 被告 氏名 名前 担当 担当者 フリガナ ふりがな カナ 代表 代表者 申請者 出席 出席者 欠席 参加 参加者 保護者 世帯主 患者 利用者 相談者 記入者 作成者 報告者 司会 宛先 差出人 名義 口座名義 著者 講師 "
    "本人 妻 夫 長男 長女 次男 次女 父 母 兄 弟 姉 妹 です と申します より から name Name From To Cc Dear Mr Ms Mrs"
).split()


@lru_cache(maxsize=1)
def table() -> Bytes:
    """The byte table of list bits, built once a process from the name and place lists."""
    from detectors.addresses.gazetteer import PREFECTURES, cities

    names = lexicon()
    places = set(PREFECTURES) | {p[:-1] for p in PREFECTURES if len(p) > 2} | set(cities())
    places |= {c[:-1] for c in cities() if len(c) > 2}
    groups = (
        names.surnames,
        names.given,
        names.surname_kana,
        names.given_kana,
        places,
        _ORGANISATION,
        _TITLE,
        {w for r in (names.surname_romaji, names.given_romaji) for w in r if len(w) > 2},
    )
    bits = np.zeros(1 << LIST_BITS, dtype=np.uint8)
    for bit, words in enumerate(groups):
        by_length: dict[int, list[str]] = {}
        for word in words:
            if 1 <= len(word) <= LONGEST:
                by_length.setdefault(len(word), []).append(word)
        for length, group in by_length.items():
            codes = np.frombuffer("".join(group).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            keys = mix(codes, length, LIST_BITS)[::length]
            bits[keys] |= np.uint8(1 << bit)
    return bits


Hashes = npt.NDArray[np.uint64]


def grams(codes: Codes) -> Iterator[tuple[int, Hashes]]:
    """(n, hash of the n-gram at every position) for n from 1 to ``LONGEST``; the last n - 1 positions are missing.

    The sum over the characters grows by one term an n, so all lengths cost as much as the longest alone.
    """
    wide = codes.astype(np.uint64)
    total = wide * _MULTIPLIERS[0]
    for n in range(1, min(LONGEST, len(codes)) + 1):
        if n > 1:
            total = total[:-1] + wide[n - 1 :] * _MULTIPLIERS[n - 1]
        mixed = total >> np.uint64(29)
        mixed ^= total
        mixed *= np.uint64(0xBF58476D1CE4E5B9) + np.uint64(2 * n)
        yield n, mixed


def mix(codes: Codes, n: int, bits: int) -> Hashes:
    """Table index of the n-gram at every position; the last n - 1 positions are missing."""
    for length, mixed in grams(codes):
        if length == n:
            return mixed >> np.uint64(64 - bits)
    return np.zeros(0, dtype=np.uint64)


_FACTORS = [int(m) for m in _MULTIPLIERS]
_WIDE = (1 << 64) - 1


def slot(word: str, bits: int) -> int:
    """Table index of one whole word: what ``mix`` gives, without the cost of arrays for a few characters."""
    total: int = sum(map(mul, map(ord, word), _FACTORS)) & _WIDE
    mixed = (total ^ (total >> 29)) * (0xBF58476D1CE4E5B9 + 2 * len(word)) & _WIDE
    return mixed >> (64 - bits)


@lru_cache(maxsize=1)
def words() -> Bytes:
    """The byte table of word classes that ships with the package."""
    with np.load(WORDS) as data:
        return np.asarray(data["bits"], dtype=np.uint8)


def edges(spans: Collection[tuple[int, int]]) -> npt.NDArray[np.intp]:
    """Where spans start and end, shape (spans, 2); quicker than making an array of tuples."""
    return np.fromiter(chain.from_iterable(spans), dtype=np.intp, count=2 * len(spans)).reshape(-1, 2)


def codes_of(text: str) -> Codes:
    """Code points of ``text``."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def flags(codes: Codes) -> Bytes:
    """Flag bytes of every character, shape (CHANNELS, characters). Channels 0 to 3 are where a listed name of two and
    more characters begins, goes on, ends, and single characters that are a name; 4 to 7 the same for word classes."""
    size = len(codes)
    result = np.zeros((CHANNELS, size), dtype=np.uint8)
    if not size:
        return result
    names, kinds = table(), words()
    both = result.reshape(2, 4, size)
    found = np.empty((2, size), dtype=np.uint8)
    for n, mixed in grams(codes):
        reach = len(mixed)
        names.take((mixed >> np.uint64(64 - LIST_BITS)).view(np.int64), out=found[0, :reach], mode="wrap")
        kinds.take((mixed >> np.uint64(64 - WORD_BITS)).view(np.int64), out=found[1, :reach], mode="wrap")
        _mark(both, found[:, :reach], n)
    capital = (codes >= 65) & (codes <= 90)
    if capital.any():
        letters = (capital | ((codes >= 97) & (codes <= 122))).nonzero()[0]
        romaji = result[None, :4, letters]
        for n, mixed in grams(codes[letters] | np.uint32(32)):
            if n > 2:
                listed = names.take((mixed >> np.uint64(64 - LIST_BITS)).view(np.int64)) & np.uint8(128)
                listed[letters[n - 1 :] - letters[: len(listed)] != n - 1] = 0  # letters of two words
                _mark(romaji, listed[None], n)
        result[:4, letters] = romaji[0]
    return result


def _mark(channels: Bytes, found: Bytes, n: int) -> None:
    """Enter the bits of all n-grams, shape (tables, n-grams), in channels (tables, 4, characters): where they begin, go on and
    end; single characters have a channel of their own."""
    begin, inside, end, single = channels[:, 0], channels[:, 1], channels[:, 2], channels[:, 3]
    if n == 1:
        single |= found
        return
    reach = found.shape[1]
    begin[:, :reach] |= found
    end[:, n - 1 :] |= found
    for k in range(1, n - 1):
        inside[:, k : k + reach] |= found


def classes(word: str) -> int:
    """Word-class bits of a whole word (bit 4 common noun, 5 verb and the like, 7 affix …); 0 for longer or unknown ones."""
    return _classes()[slot(word, WORD_BITS)] if 1 <= len(word) <= LONGEST else 0


@lru_cache(maxsize=1)
def _classes() -> memoryview:
    """The same table for single look-ups: numpy would make an object of each."""
    return words().data
