"""Invented names in every spelling an office meets: full, surname alone, kana, romaji, foreign.

Reads the japanese-personal-name-dataset with its counts, so that common names are common; a tenth of the names is put
together from characters at random, because the next office has names that are on no list.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from detectors.resources import rules

_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_GIVEN_LATIN, _FAMILY_LATIN = rules("foreign_names")["given"], rules("foreign_names")["family"]
_FOREIGN_GIVEN = (
    "ジョン マイケル デイビッド ジェームズ ロバート ウィリアム トーマス ダニエル マリア アンナ エマ ソフィア オリビア エリザベス サラ ジェシカ カルロス ホセ ルイス ペドロ アントニオ フアン "
    "パウロ ジョアン ルーカス マテウス アナ カミラ グエン チャン レ ファム アフマド ムハンマド アリ ハッサン ファティマ アイシャ ラジ プリヤ アミット スニタ ラメシュ サントス マルコ ルカ "
    "ピエール ジャン フランソワ クロード ハンス カール ペーター イワン セルゲイ アレクセイ オルガ ナターシャ エレナ キム パク チェ リン ワン チョウ メイ ジェニファー クリスティーナ アレックス"
).split()
_FOREIGN_FAMILY = (
    "スミス ジョンソン ブラウン ウィリアムズ ミラー デイビス ガルシア ロドリゲス マルティネス フェルナンデス シルバ サントス オリベイラ ソウザ ペレイラ ナカムラ ヴァン・ナム ティ・ホア ヴァン・ミン "
    "アル・ハッサン カーン シャルマ パテル シン グプタ クマール タパ グルン シュレスタ ライ バハドゥル ロッシ フェラーリ デュポン マルタン シュミット ミュラー イワノフ ペトロフ レイエス デラクルス "
    "バウティスタ アキノ マルコス ハリス クラーク ルイス ウォーカー テイラー アンダーソン トンプソン ヤング キング ライト"
).split()
KATAKANA_GIVEN = (
    "ジョン マイケル デイビッド ジェームズ ロバート ウィリアム トーマス ダニエル マリア アンナ エマ ソフィア オリビア エリザベス サラ ジェシカ カルロス ホセ ルイス ペドロ アントニオ "
    "フアン パウロ ジョアン ルーカス マテウス アナ カミラ グエン チャン レ ファム アフマド ムハンマド アリ ハッサン ファティマ アイシャ ラジ プリヤ アミット スニタ ラメシュ サントス "
    "マルコ ルカ ピエール ジャン フランソワ クロード ハンス カール ペーター イワン セルゲイ アレクセイ オルガ ナターシャ エレナ キム パク チェ リン ワン チョウ メイ ジェニファー "
    "クリスティーナ アレックス マイク トム ジム ボブ スティーブ ケビン ブライアン マーク ポール ピーター ジョージ ヘンリー チャールズ エドワード アンドリュー ジェイソン エリック "
    "ベンジャミン サム ニック レオ オスカー ビクトル フェリックス ヤン アダム イーサン リアム ノア オリバー ジャック ハリー スーザン ナンシー リンダ カレン ヘレン エミリー ケイト "
    "ケイティ ジュリア ローラ ルーシー アリス グレース ハンナ クレア シャーロット ソフィ ミア エヴァ イザベラ ナタリー ヴァネッサ モニカ レベッカ ステファニー ミシェル ニコール アマンダ "
    "テレサ キャサリン マーガレット バーバラ ジュディ ディエゴ ミゲル ラファエル ファビオ ブルーノ チアゴ ロドリゴ エドゥアルド フェルナンド グスタボ レティシア ジュリアナ ベアトリス "
    "カルラ カルメン ルシア ガブリエラ パトリシア クリスチャン アンドレ ミカエル ステファン クラウス ヴォルフガング ニコライ ドミトリー ミハイル ウラジーミル イリーナ スヴェトラーナ "
    "エカテリーナ ユリア オマル ユスフ イブラヒム モハメド マフムード ザイナブ ラフマン イスラム アクタル アブドゥル ラケシュ サンジャイ ヴィジェイ ラヴィ アニル ディパク マノジュ "
    "ビシャル サントシュ アルジュン プージャ アニタ ネハ シータ スシラ ディリップ グエット フオン トゥアン ミン ドゥック ズン ナム クアン タイン ホア マイ ゴック ティエン ソムチャイ "
    "ナロン マリー アウン ジョー ティダ スー ブディ アグス デウィ シティ リズキ プトリ ウェイ シャオミン ジン ファン ジュン ハオ ミンジュン ジヒョン スジン ヨンヒ ミンス ボルド "
    "バトバヤル サラナ テムジン "
).split()
KATAKANA_FAMILY = (
    "スミス ジョンソン ブラウン ウィリアムズ ミラー デイビス ガルシア ロドリゲス マルティネス フェルナンデス シルバ サントス オリベイラ ソウザ ペレイラ ナカムラ ヴァン・ナム ティ・ホア "
    "ヴァン・ミン アル・ハッサン カーン シャルマ パテル シン グプタ クマール タパ グルン シュレスタ ライ バハドゥル ロッシ フェラーリ デュポン マルタン シュミット ミュラー イワノフ "
    "ペトロフ レイエス デラクルス バウティスタ アキノ マルコス ハリス クラーク ルイス ウォーカー テイラー アンダーソン トンプソン ヤング キング ライト ブラッドリー クーパー コール "
    "カーター ベイカー エバンス エドワーズ コリンズ スチュワート モリス ロジャース リード クック モーガン ベル マーフィー ベイリー リチャードソン ハワード ワード ピーターソン グレイ "
    "ジェームズ ワトソン ブルックス サンダース プライス ベネット ウッド バーンズ ロス ヘンダーソン ジェンキンス ペリー パウエル ロング パターソン ヒューズ フォスター バトラー シモンズ "
    "ウォーレン ディクソン パーカー フィリップス キャンベル ミッチェル ロバーツ ターナー オニール オブライエン オコナー マクドナルド マッケンジー ケネディ サリバン ゴンザレス ロペス "
    "サンチェス ラミレス トーレス フローレス リベラ ゴメス ディアス クルス モラレス オルティス グティエレス カスティージョ ベラスコ ナバロ ドミンゴ ビリャヌエバ メルカド シルヴァ コスタ "
    "アルベス リマ リベイロ カルバリョ アルメイダ フェレイラ バルボサ ロシャ モレイラ シュナイダー フィッシャー ベッカー ホフマン ウェーバー マイヤー ワーグナー シュルツ コッホ バウアー "
    "クライン ベルナール デュラン モロー ルロワ ビアンキ ロマーノ コロンボ リッチ スミルノフ クズネツォフ ポポフ ヴォルコフ コワルスキ ノヴァク ハンセン アンデルセン ニールセン ホアン "
    "ファン ヴー ヴォー ダン ブイ ドー ゴー ズオン リー ワン チャン リウ ヤン チャオ ウー チョウ シュー スン マー パク チョイ チョン カン ユン イム ハン オ ソ クォン アン ソン "
    "ホン チョウドリ フセイン ラーマン ホサイン ウディン ベガム ヴェルマ ジョシ レディ アイヤー アディカリ カルキ ポウデル バスネット マガル ラマ バンダリ ペレラ フェルナンド バンダラ "
    "サプトラ ウィジャヤ スサント トゥン ウィン "
).split()
"""Of more countries, for training: ``name`` keeps to the short lists."""
_CHINESE_FAMILY = (
    "王 李 張 劉 陳 楊 黄 趙 呉 周 徐 孫 馬 朱 胡 郭 何 林 金 朴 崔 鄭 姜 趙 尹 張 韓 申 徐 権 安 洪 柳 白 許".split()
)
_CHINESE_GIVEN = "偉 芳 娜 敏 静 麗 強 磊 洋 艶 勇 軍 傑 娟 涛 超 明 秀英 建国 志強 美玲 小紅 海燕 文博 子涵 雨桐 賢宇 秀賢 民浩 智恵 恩珠 成民 在勲 東旭".split()
_RARE_SURNAMES = (
    "小鳥遊 四月一日 月見里 御手洗 東海林 五十嵐 長谷部 勅使河原 武者小路 小比類巻 西園寺 綾小路 伊集院 鬼頭 十河 百目鬼 薬袋 生田目 一尺八寸 纐纈 設楽 鉢呂 毛受 目 瓜生 "
    "喜屋武 比嘉 金城 知念 具志堅 仲村渠 我那覇 安慶名 与那覇 平良 砂川 下地 喜納 玉城 源 平 東 西 南 北 辻 森 林 原 岡 堤 関 谷 巽 乾 畑 奥 泉 滝 堀 榊 桂 楠 梶 辰巳 大豆生田 左衛門三郎 "
    "久保寺 小早川 九十九 八月朔日 舎人 蓮實 栂 櫟 樗木 吉岡 笹森 工藤 及川 千葉 菅原 三浦 猪股 雫石 久慈 南部 葛西 鳴海 対馬 蛯名 山崎 﨑山 髙栁 槇 﨑本 䅣田 祗園"
).split()
_SURNAME_CHARS = "山川田中村木林森井上下野原本島崎沢谷岡橋池石岩水清吉福高大小長松竹梅杉藤桜西東南北平和安広古新金赤青白黒内外前後戸津浜浦瀬尾見方部宮寺塚坂根"
_GIVEN_CHARS = "一二三郎太子美恵香奈和正義博明弘幸信隆修誠健勇進翔陽大輝悠真結菜愛莉咲優花彩乃里沙希千代江枝絵理佳織樹介輔哉也人斗翼蓮颯湊葵凛杏澪紬芽依心春夏秋冬海空"


@dataclass(frozen=True)
class Name:
    """One invented person in all spellings."""

    family: str
    given: str
    family_kana: str
    given_kana: str
    family_romaji: str
    given_romaji: str
    kind: str = "japanese"

    @property
    def kana(self) -> str:
        """Katakana with a space."""
        return f"{self.family_kana} {self.given_kana}"


@lru_cache(maxsize=1)
def _lists() -> tuple[list[tuple[str, str, str]], list[float], list[tuple[str, str, str]]]:
    from japanese_personal_name_dataset import load_dataset

    men, women, last = load_dataset(kind="org", include_last_names=True)
    surnames = [(k, v["reading"].translate(_KATAKANA), v["en"]) for k, v in last.items()]
    weights = [float(v["count"]) ** 0.6 for v in last.values()]
    popular = load_dataset(kind="opti")
    given = [
        (kanji, reading.translate(_KATAKANA), entry["en"])
        for names in popular
        for reading, entry in names.items()
        for kanji in entry["kanji"][:12]
    ]
    given += [
        (kanji, reading.translate(_KATAKANA), entry["en"])
        for names in (men, women)
        for reading, entry in names.items()
        for kanji in entry["kanji"][:3]
    ]
    return surnames, weights, given


def name(chance: random.Random) -> Name:
    """An invented person; one in seven is foreign, one in ten has a name of random characters."""
    surnames, weights, given = _lists()
    roll = chance.random()
    if roll < 0.08:
        return Name(
            chance.choice(_FOREIGN_FAMILY),
            chance.choice(_FOREIGN_GIVEN),
            "",
            "",
            chance.choice(("Smith", "Garcia", "Silva", "Nguyen", "Sharma", "Khan", "Santos", "Miller", "Tran")),
            chance.choice(("John", "Maria", "Carlos", "Van", "Priya", "Ali", "Anna", "Thi", "Paulo")),
            "foreign",
        )
    if roll < 0.13:
        return Name(
            chance.choice(_CHINESE_FAMILY), chance.choice(_CHINESE_GIVEN), "リ", "メイ", "Li", "Ming", "chinese"
        )
    family = chance.choices(surnames, weights)[0]
    first = chance.choice(given)
    if roll < 0.2:
        family = (chance.choice(_RARE_SURNAMES), family[1], family[2])
    elif roll < 0.27:
        family = (
            "".join(chance.choice(_SURNAME_CHARS) for _ in range(chance.choice((2, 2, 2, 3, 1)))),
            family[1],
            family[2],
        )
    if chance.random() < 0.12:
        first = (
            "".join(chance.choice(_GIVEN_CHARS) for _ in range(chance.choice((1, 2, 2, 2, 3)))),
            first[1],
            first[2],
        )
    elif chance.random() < 0.08:
        first = (first[1].translate({v: k for k, v in _KATAKANA.items()}), first[1], first[2])
    return Name(family[0], first[0], family[1], first[1], family[2].capitalize(), first[2].capitalize())


def varied(
    chance: random.Random, surnames: Sequence[str] = (), given: Sequence[str] = (), abroad: Sequence[str] = ()
) -> Name:
    """An invented person for training: as ``name``, with romaji from many countries, and a few whose surname is foreign
    and whose given name is Japanese. Apart from ``name``, because the labelled set of the benchmarks is drawn from that.
    ``surnames``, ``given`` and ``abroad`` (katakana) are those of a dictionary, which has many that are on no list."""
    n = name(chance)
    if n.kind == "japanese" and surnames and chance.random() < 0.28:
        n = replace(n, family=chance.choice(surnames))
    if n.kind == "japanese" and given and chance.random() < 0.16:
        n = replace(n, given=chance.choice(given))
    if n.kind == "foreign":
        second = f" {chance.choice(_GIVEN_LATIN)}" if chance.random() < 0.2 else ""
        marks = chance if chance.random() < 0.3 else None
        return replace(
            n,
            family=chance.choice(abroad if abroad and chance.random() < 0.4 else KATAKANA_FAMILY),
            given=chance.choice(abroad if abroad and chance.random() < 0.4 else KATAKANA_GIVEN),
            family_romaji=_marked(chance.choice(_FAMILY_LATIN), marks),
            given_romaji=_marked(chance.choice(_GIVEN_LATIN) + second, marks),
        )
    if n.kind == "japanese" and chance.random() < 0.02:
        foreign = chance.choice(KATAKANA_FAMILY)
        return replace(n, family=foreign, family_kana=foreign, family_romaji=chance.choice(_FAMILY_LATIN), kind="mixed")
    return n


_MARKED = {
    "a": "áàâãäạăå",
    "e": "éèêëễế",
    "i": "íìîị",
    "o": "óòôöồø",
    "u": "úùûüưứ",
    "n": "ñ",
    "c": "çč",
    "s": "š",
    "D": "Đ",
    "A": "Á",
}


def _marked(word: str, chance: random.Random | None) -> str:
    """A name in Latin letters with marks on some of them; without ``chance`` as it is."""
    if chance is None:
        return word
    return "".join(chance.choice(_MARKED[c]) if c in _MARKED and chance.random() < 0.4 else c for c in word)


def full(n: Name, chance: random.Random) -> str:
    """Full name in its own script, with or without a space."""
    if n.kind == "foreign":
        return f"{n.given}{chance.choice('・・ =')}{n.family}"
    if n.kind == "mixed":
        return n.family + chance.choice(" 　") + n.given
    return n.family + chance.choice(("", "", "", " ", " ", "　")) + n.given


def styled(n: Name, chance: random.Random) -> str:
    """Any spelling."""
    roll = chance.random()
    if n.kind == "foreign":
        return full(n, chance) if roll < 0.7 else f"{n.given_romaji} {n.family_romaji}"
    if roll < 0.6:
        return full(n, chance)
    if roll < 0.72:
        return n.family_kana + chance.choice((" ", "", "　")) + n.given_kana
    if roll < 0.8:
        hira = {v: k for k, v in _KATAKANA.items()}
        return (n.family_kana + chance.choice((" ", "", " ")) + n.given_kana).translate(hira)
    if roll < 0.92:
        return romaji(n, chance)
    return n.family


def romaji(n: Name, chance: random.Random) -> str:
    """Romaji in the orders and cases of forms and mail."""
    return chance.choice(
        (
            f"{n.given_romaji} {n.family_romaji}",
            f"{n.family_romaji} {n.given_romaji}",
            f"{n.family_romaji.upper()} {n.given_romaji}",
            f"{n.family_romaji.upper()} {n.given_romaji.upper()}",
            f"{n.family_romaji}, {n.given_romaji}",
        )
    )
