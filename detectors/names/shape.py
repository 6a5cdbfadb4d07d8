"""How much a short text looks like the name of a person, whatever stands around it."""

from __future__ import annotations

import re

from detectors.names.features import classes
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.title_words import GROUPS, POLITE, RANK_ENDS, RANKS, TITLES

_CUT = (*POLITE, *TITLES, *GROUPS)
HONORIFIC = re.compile(rf" ?(?:{'|'.join(_CUT)})$")
_ORGANISATIONS = (
    "株式 有限 会社 法人 合同 組合 協会 協議会 連合 財団 社団 機構 研究所 研究室 事務所 センター 病院 "
    "医院 クリニック 薬局 学校 大学 学園 高校 幼稚園 保育園 保育所 役所 役場 市民 県庁 本部 支店 支部 "
    "支社 本店 営業所 出張所 工場 銀行 信用金庫 ホテル 商事 商店 酒店 書店 商会 割烹 旅館 食堂 ゆうちょ "
    "建装 塗装 造園 設備 興業 興産 農機 石油 運輸 運送 物流 観光 交通 電工 電業 鉄工 精機 精工 製菓 製麺 "
    "製薬 酒造 水産 農園 牧場 木材 印刷 設計 土木 土建 園芸 生花 呉服 精肉 鮮魚 青果 眼科 歯科 内科 外科 "
    "皮膚科 整骨院 接骨院 工業 産業 建設 製作所 電機 電気 システム サービス グループ 委員 担当 部門 "
    "ホーム ハウジング チーム マンション アパート 号室 丁目 番地 公民館 会館 体育館 図書館 博物館 銘柄 製品 商品 サイズ "
    "タイプ セット 番号 氏名 住所 電話 倉庫 部品"
).split()
_ORGANISATION = re.compile("|".join([*_ORGANISATIONS, "ビル$"]))
_WORDS = (*_ORGANISATIONS, "ビル")
_FIRST, _SECOND = frozenset(w[0] for w in _WORDS), frozenset(w[1] for w in _WORDS)
_POSTS, _POST_ENDS = (*RANKS, "者", "担当"), RANK_ENDS | {"者", "当"}
"""What the next of a line is, behind a name and a space: ranks, 評価者, 窓口担当."""
_LAST = frozenset(word[-1] for word in _CUT)
"""What an organisation and an honorific cannot do without: most names are spared the long expressions."""
_SUFFIX = re.compile(r"[都道府県市区町村課係部局室班店社署省庁会団党]$")
"""Ends of places and offices; many surnames end so too (中村, 大町), so they only count for what is no surname."""
_NO_NAME_CHARS = re.compile(r"[①-⓿0-9@/\\:;%#_\[\]{}<>?!。、\n\t]")
_STOP = frozenset(
    "明治 大正 昭和 平成 令和 西暦 合計 小計 総計 平均 男 女 男性 女性 その他 未定 不明 なし 無し 有 無 同上 以上 以下 氏名 名前 姓名 姓 名 担当者 備考 本人 世帯主 部屋 居室 家内 孫 きょうだい 妻 夫 長男 長女 次男 次女 父 母 子 祖父 祖母 "
    "香典 御香典 香料 弔慰金 見舞金 御見舞 祝金 御祝 敬老祝 敬老祝金 永谷園 伊藤園 一次 二次 様 殿 先生 各位 御中 匿名 関係者 全員 一同 職員 社員 学生 生徒 児童 患者 利用者 記入例 見本 サンプル テスト 住所 電話 電話番号 番号 日付 年月日 生年月日 性別 年齢 区分 種別 項目 内容 "
    "確認 承認 完了 未 済 未済 該当なし 非該当 空欄 対象外 代表 事務局 総務 人事 経理 営業 管理 責任者 司会 議長 書記 主任 係長 課長 部長 社長 局長 次長 室長 主査 主事 主幹 参事 東京 大阪 京都 "
    "北海道 名古屋 横浜 福岡 札幌 仙台 神戸 広島 日本 会長 副会長 理事 監事 委員長 会計 監査 庶務 広報 幹事 副議長 先鋒 次鋒 中堅 副将 大将 主将 補欠 印 署名 捺印 連絡先 メール 携帯 自宅 勤務先 所属 部署 役職 職名 続柄 フリガナ ふりがな カナ 漢字 ローマ字 "
    "おかあ おとう おねえ おにい おばあ おじい おば おじ せんせい 空き キャンセル 欠番 欠員 募集中 調整中 新 旧 原因食物 空室 空席 空家 空き家 空き地 ゼロ 普通 当座 東 西 南 北 午前 午後 月 火 水 木 金 土 日 祝 欠席 出席 遅刻 早退 参加 不参加 可 否 未回答 ご本人様 お客様 ユーザー 管理者 システム 株式会社 個人 法人 自動 手動 新規 継続".split()
)
_KANJI = r"一-龥々ヶケ﨑髙𠮷㐂ヱ仝ノ"
_KANJI_NAME = re.compile(rf"[{_KANJI}]{{1,5}}[ 　]?[{_KANJI}ぁ-んァ-ヶー]{{0,5}}")
_SPACED = re.compile(rf"([{_KANJI}ぁ-んァ-ヶー]{{1,6}})[ 　・]{{1,2}}([{_KANJI}ぁ-んァ-ヶー]{{1,8}})")
_MIXED_END = re.compile(r"[ぁ-ん][一-龥]+$")
"""Kanji behind hiragana at the end (関数の仕): a phrase, unless the whole surname is listed."""
_PARTICLE_FIRST = re.compile(r"[がはをにともでへ][一-龥]")
_KATAKANA = re.compile(r"[ァ-ヶー]+(?:[ ・=][ァ-ヶー]+){0,4}")
_KANA = re.compile(r"[ぁ-ヿ 　・ー]+")
_HIRAGANA = re.compile(r"[ぁ-んー]+(?: [ぁ-んー]+)?")
_LATIN = re.compile(
    r"[A-Z][A-Za-z'\-]+(?:[ ,]{1,2}(?:[A-Z]\.|[A-Z][A-Za-z'\-]*)){1,3}|[A-Z]{2,}[ ,]{1,2}[A-Z]{2,}|[a-z]{2,12} [a-z]{2,12}"
)
_FUNCTION_WORD = re.compile(
    r"(?:です|ます|した|する|ない|ある|から|まで|ので|こと|もの|など|として|について|ください|ある|いる|では|には)"
)


_ROMAJI_PLACE = re.compile(r"-(?:ku|shi|cho|machi|gun|ken|fu|mura|to|dori)\b", re.IGNORECASE)
"""Marunouchi, Chiyoda-ku: an address in romaji."""


RARE = 0.72
"""What a surname of the dictionary rates that is on no list, alone or before a listed given name."""


SEVERAL = 0.72
"""What each of several names behind one label must rate: more than a given name alone, which many a word is too."""
SURNAME_TOO = 0.6
"""What a common noun rates that the dictionary also knows as a surname (貝塚, 六角)."""


SITE = frozenset("橋駅店館坂峠線号邸跡湾岬滝沼池")
"""Behind a surname they name a thing: 中村橋."""


def not_a_name(text: str) -> bool:
    """Whether the form alone rules a name out: digits, an organisation, a word of forms (合計, 担当者)."""
    if "=" in text and not re.fullmatch(r"[ァ-ヶー・=]+", text):
        return True
    if text.isascii() and _ROMAJI_PLACE.search(text):
        return True
    return len(text) > 30 or text in _STOP or _NO_NAME_CHARS.search(text) is not None or _organisation(text)


def _organisation(text: str) -> bool:
    return not (_FIRST.isdisjoint(text) or _SECOND.isdisjoint(text)) and _ORGANISATION.search(text) is not None


def bare(text: str, start: int, end: int, around: str) -> tuple[int, int]:
    """A span without the characters ``around`` it and without the honorific or the rank of the next at its end."""
    while start < end and text[start] in around:
        start += 1
    while end > start and text[end - 1] in around:
        end -= 1
    gap = text.rfind(" ", start, end) if text[end - 1 : end] in _POST_ENDS else -1
    if gap > start and text.endswith(_POSTS, gap + 2, end):
        end = gap  # 岩楯 当直師長
    honorific = HONORIFIC.search(text[start:end])
    return start, start + honorific.start() if honorific else end


def plausibility(text: str, lexicon: Lexicon) -> float:
    """0 (no name) to 1 (surname and given name both listed) for a whole cell or the text behind a label."""
    name = text.strip(" 　\t")
    if name[-1:] in _LAST:
        name = HONORIFIC.sub("", name)
    if not 1 <= len(name) <= 30 or name in _STOP:
        return 0.0
    if name in lexicon.surnames:
        return 0.8
    if name.isascii():
        return latin(name, lexicon) if _LATIN.fullmatch(name) else 0.0
    if _organisation(name):
        return 0.0
    spaced = _SPACED.fullmatch(name) if " " in name or "　" in name or "・" in name else None
    if spaced:
        family, given = spaced.groups()
        if family in _STOP or given in _STOP:
            return 0.0
        if _KANA.fullmatch(name):
            return _kana(to_katakana(family), to_katakana(given), lexicon)
        return 0.0 if "・" in name else _pair(family, given, lexicon)  # two persons
    if "ぁ" <= name[0] <= "ー":
        if _KATAKANA.fullmatch(name):
            return _unspaced_kana(name.replace("・", " ").replace("=", " "), lexicon)
        if _HIRAGANA.fullmatch(name):
            return 0.0 if _FUNCTION_WORD.search(name) else min(0.8, _unspaced_kana(to_katakana(name), lexicon))
    if _KANJI_NAME.fullmatch(name):
        if _SUFFIX.search(name) and not lexicon.known_full(name) and not (len(name) == 2 and lexicon.rare(name)):
            return 0.0
        return _kanji(name, lexicon)
    return 0.0


def _pair(family: str, given: str, lexicon: Lexicon) -> float:
    """Two words with a space between them, not both in kana."""
    listed = given in lexicon.given or to_katakana(given) in lexicon.given_kana
    if not listed and _PARTICLE_FIRST.match(given):
        return 0.3  # 里穂 と面談
    if family in lexicon.surnames:
        return 0.98 if listed else 0.5 if lexicon.noun(given) else 0.9
    if listed and (lexicon.rare(family) or _KATAKANA.fullmatch(family)):
        return 0.9
    if _SUFFIX.search(family) or lexicon.noun(family) or (given in lexicon.surnames and given not in lexicon.given):
        return 0.4  # where somebody works, or what he is, and his surname: 営業二課 神谷
    return 0.75 if len(family) <= 4 and len(given) <= 4 and (listed or not lexicon.noun(given)) else 0.4


def _kanji(name: str, lexicon: Lexicon) -> float:
    if lexicon.known_full(name):
        return 0.97
    if name in lexicon.surnames:
        return 0.8
    if lexicon.split(name) is not None and len(name) <= 6:
        return 0.5 if _MIXED_END.search(name) else 0.8
    bits = classes(name)  # looked up once: what follows are questions of the same word
    rare = bits & 0b0001_0001 == 1
    if name in lexicon.given and not rare:
        return 0.7
    if rare or any(name[n:] in lexicon.given and lexicon.rare(name[:n]) for n in range(2, len(name))):
        return RARE
    if bits & 1:
        return SURNAME_TOO
    return 0.5 if 2 <= len(name) <= 5 else 0.2


def _kana(family: str, given: str, lexicon: Lexicon) -> float:
    if family in lexicon.surname_kana:
        return 0.96 if given in lexicon.given_kana else 0.85
    return 0.75 if given in lexicon.given_kana else 0.55


def _unspaced_kana(name: str, lexicon: Lexicon) -> float:
    if " " in name:
        parts = name.split(" ")
        return 0.7 if len(parts) > 2 else _kana(parts[0], parts[-1], lexicon)
    if name in lexicon.surname_kana or name in lexicon.given_kana:
        return 0.7
    if any(name[:n] in lexicon.surname_kana and name[n:] in lexicon.given_kana for n in range(2, len(name) - 1)):
        return 0.9
    return 0.45 if 2 <= len(name) <= 12 else 0.2


def latin(name: str, lexicon: Lexicon) -> float:
    """Romaji or foreign name of two or more words."""
    words = [w.lower() for w in re.findall(r"[A-Za-z'\-]+", name)]
    if len(words) < 2:
        return 0.0
    if name[0].islower():
        pairs = ((words[0], words[-1]), (words[-1], words[0]))
        listed = any(f in lexicon.surname_romaji and g in lexicon.given_romaji for f, g in pairs)
        return 0.7 if listed and min(map(len, words)) >= 3 and len(words) == 2 else 0.0
    known = sum(1 for w in words if w in lexicon.surname_romaji or w in lexicon.given_romaji)
    if known >= 2 or (
        known == 1
        and len(words) == 2
        and (
            words[0] in lexicon.given_romaji or words[1] in lexicon.surname_romaji or words[0] in lexicon.surname_romaji
        )
    ):
        return 0.9 if known >= 2 else 0.7
    return 0.5 if name[0].isupper() else 0.0
