"""Names that their neighbours, their columns and their lines give away. All persons are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.tables.guess import guess_layout
from detectors.tables.wide import tabbed
from tests.detectors.conftest import persons, share

AROUND = [
    ("相談者：新垣 梨花（34歳）　子：瑛太（7）、紬（4）\n", ["新垣 梨花", "瑛太", "紬"]),
    (
        "201 小此木 隼人 工業科2年\n202 鶴見 蓮 電気科2年\n203 鳴海 大地 建築科3年\n",
        ["小此木 隼人", "鶴見 蓮", "鳴海 大地"],
    ),
    ("5/20 越智助教 特別講義\n", ["越智"]),
    ("担当は小暮・ジェフリーとジョン・スミスです。\n", ["小暮", "ジェフリー", "ジョン・スミス"]),
    ("振込依頼 6月分\nﾎｼｶﾜ ｺｳﾍｲ ﾐｽﾞﾎ 042 ﾌ 2203198\n", ["ﾎｼｶﾜ ｺｳﾍｲ"]),
    ("会長　比嘉 大樹\n会計　未定\n監査　仲程 清\n", ["比嘉 大樹", "仲程 清"]),
    ("明日の立ち会いはレさんにお願いします。\n", ["レ"]),
    ("世帯主　間宮 健司\n　　妻　　栞\n　長女　　果歩\n", ["間宮 健司", "栞", "果歩"]),
    ("同僚のカルキさんが職長仲田に通報。\n", ["カルキ", "仲田"]),
    ("最上川町長　安孫子 宏　様\n", ["安孫子 宏"]),
    ("1班 鬼沢 2班 小貫 3班 圷 4班 軍司 5班\n", ["鬼沢", "小貫", "圷", "軍司"]),
    ("福田（始発） 6:40 → 6:35\n石川橋 6:52 → 6:47\n", []),
    (
        "面談\n15:00 今給黎　15:20 満留　15:40 久木田\n16:00 兵頭　16:20 種子島　16:40 鮫島\n",
        ["今給黎", "満留", "久木田", "兵頭", "種子島", "鮫島"],
    ),
    ("被通報者：営業本部長 権藤\n権藤本部長が部下の田口に対し発言した。\n", ["権藤", "権藤", "田口"]),
    ("安西四段が牛島二段を破り優勝。\n", ["安西", "牛島"]),
    ("来訪者 百瀬他2名（みどり保険）\n", ["百瀬"]),
    ("対象児　颯真（4歳・保育園年少）\n", ["颯真"]),
    ("笛木 静江（中津川）\n可児 勇（恵那）\n", ["笛木 静江", "可児 勇"]),
    ("登録者　秋葉 洋・秋葉 えり 夫妻\n", ["秋葉 洋", "秋葉 えり"]),
    ("塗装課　ファム・ティ・ラン「乾燥棚の配置」\n", ["ファム・ティ・ラン"]),
    ("★3　匿名希望さん\n香りが強いです。\n", []),
    ("議長は、任期満了に伴い理事4名の選任について諮った。\n", []),
    ("順位 氏名 英 数 国 計\n1 仲宗根 海斗 98 95 88 281\n", ["仲宗根 海斗"]),
    (
        "（垂水委員）資料2の予測は。\n（事務局）人口による。\n（上園委員）同意見。\n",
        ["垂水", "上園"],
    ),
    (
        "アオイ ケンジ\nミナミ アオイ\nサトウ ハルカ\nタカハシ ミナミ\n",
        ["アオイ ケンジ", "ミナミ アオイ", "サトウ ハルカ", "タカハシ ミナミ"],
    ),
    ("貴殿を採用することを内定しました。\n", []),
    ("浅井校医 様\nご助言をお願いします。\n", ["浅井"]),
    ("森下社長、オ課長が来訪。\n", ["森下", "オ"]),
    ("10/26 12,000 カ）マルヤマデンキ\n", []),
    ("施工：小林工務店　売主：平和ホーム\n", []),
    (
        "部屋割り\n301 井筒、江頭、王、加賀美\n302 城島、瀬尾、薮\n",
        ["井筒", "江頭", "王", "加賀美", "城島", "瀬尾", "薮"],
    ),
    ("薮 10kg 300円\n王 3kg 120円\n", []),
    ("10041 小林・中村法律事務所 都度 都度\n10044 伊藤忠エネクス㈱ 20日 手形\n㈱佐藤 末日\n", []),
    ("如月　二月\n弥生　三月\n", []),
    ("昨日、マイケル・ジョンソンさんが来所し、アンケートに記入した。", ["マイケル・ジョンソン"]),
    ("第1週　小松原・伊吹\n", ["小松原", "伊吹"]),
    ("夜勤者　柿内・ブイ\n", ["柿内", "ブイ"]),
    ("弊社技術部の磯貝と王が10月2日に伺います。\n", ["磯貝", "王"]),
    ("5/13 タン（M1）、曽我（B4）\n", ["タン", "曽我"]),
    ("さんも同行されたのですね。\n香川　ええ、永井くんと行きました。\n", ["香川", "永井"]),
    (
        "遠足の座席\n1列目　晴翔　悠人　｜　琴音　美桜\n2列目　陸斗　莉子　｜　心春　颯真\n",
        ["晴翔", "悠人", "琴音", "美桜", "陸斗", "莉子", "心春", "颯真"],
    ),
    ("月 あおい なつき\n火 なつき タクミ\n水 定休\n", ["あおい", "なつき", "なつき", "タクミ"]),
    ("No;お名前;人数\n1;戸谷;1\n2;かわい みのり;2\n3;キャンセル;\n", ["戸谷", "かわい みのり"]),
]


def test_names_are_found_by_what_stands_around_them(balanced: Engine) -> None:
    """Of texts in which a name is told by what stands around it, or is none for it, nearly all are read without a fault."""
    assert share(balanced, AROUND) >= 0.9


def test_wide_spaces_part_columns_and_plain_ones_halves_of_names(balanced: Engine) -> None:
    text = "日付　品名　借受者　所属\n8/3　プロジェクター　都丸　学校教育課\n8/5　カメラ　北爪 亮平　広報係\n8/9　延長コード　ハサン　交流協会\n"
    assert persons(balanced, text) == ["都丸", "北爪 亮平", "ハサン"]


def test_plain_spaces_part_columns_and_wide_ones_halves_of_names(balanced: Engine) -> None:
    text = "No 借受人 連絡先 品名 貸出\n14 宮腰ミツ 0186-23-0417 車椅子 4/2\n15 成田　周平 090-6623-1948 歩行器 4/7\n"
    assert persons(balanced, text) == ["宮腰ミツ", "成田　周平"]


def test_headings_whose_lines_do_not_fit_are_no_table() -> None:
    text = "保険会社　担当　現場\n国道　小倉\n国道　小倉　東　西\n"
    assert tabbed(text, text) == text


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("氏名 山田 太郎 卵アレルギー あり\n", ["卵アレルギー"]),
        ("氏名 山田 太郎 右橈骨骨折。\n", ["右橈骨骨折"]),
        ("氏名 山田 太郎\n障害支援区分 　認定有効期間 令和8年4月1日\n", []),
        ("卵アレルギー対応食の献立\n", []),
        ("氏名 山田 太郎\n傷病名　変形性膝関節症、高血圧症\n", ["変形性膝関節症", "高血圧症"]),
        ("氏名 山田 太郎\nうつ病で通院しているとのこと。\n", ["うつ病"]),
        ("Pt. 山田 太郎\nHbA1c 6.8　コメント：2型糖尿病、食事指導\n", ["HbA1c 6.8", "2型糖尿病"]),
        ("氏名 山田 太郎\n既往歴：なし　主訴：呼吸苦\n", []),
    ],
)
def test_facts_are_told_of_somebody(balanced: Engine, text: str, facts: list[str]) -> None:
    found = balanced.analyze(text).matches
    assert [text[m.start : m.end] for m in found if m.entity == "JP_SENSITIVE"] == facts


@pytest.mark.parametrize(
    ("text", "births"),
    [
        ("患者 井ノ口 貞子 S15.4.9\n内容\n", ["S15.4.9"]),
        ("配偶者 富樫 留吉（1958年12月1日）\n", ["1958年12月1日"]),
        ("妻（S48.10.9）長男（H12.5.5）\n", ["S48.10.9", "H12.5.5"]),
        ("長男　昭和33年7月7日\n", ["昭和33年7月7日"]),
        ("富樫 奏 様　1988.6.30　090-7120-4436\n", ["1988.6.30"]),
        ("富樫 奏（62）　無職　S38.11.29\n", ["S38.11.29"]),
        ("富樫 奏（62）　課長　S58.4.1\n", []),
        ("氏名 富樫 奏　昭和28年3月3日　無事故運転35年\n", ["昭和28年3月3日"]),
        ("氏名 富樫 奏　昭和28年3月3日　入社\n", []),
        (
            "1 富樫 奏　S44.2.2\n2 井口 芽生　S21.11.15\n3 蒔田 剛志　1999.7.3\n",
            ["S44.2.2", "S21.11.15", "1999.7.3"],
        ),
        ("1\n富樫 奏\nH24.5.5\n2\n井口 芽生\nH24.9.17\n", ["H24.5.5", "H24.9.17"]),
        ("申請者 富樫 奏\n平成5年4月2日\n", []),
        ("生まれ：大正15年11月30日　没：平成20年1月2日\n", ["大正15年11月30日"]),
        ("担当 井口 一郎 昭和60年4月1日採用\n", []),
        ("担当 井口 一郎（1985年4月1日採用）\n", []),
        ("報告者 井口 一郎（2026年4月1日）\n", []),
        (
            "1 富樫 順（昭和63年2月14日）　2 富樫 結（令和5年4月30日）\n",
            ["昭和63年2月14日", "令和5年4月30日"],
        ),
        ("氏名,入社日\n井口 一郎,1985/4/1\n山田 太郎,1986/4/1\n", []),
    ],
)
def test_a_date_right_behind_a_person_is_a_birth_if_it_is_old(balanced: Engine, text: str, births: list[str]) -> None:
    found = balanced.analyze(text).matches
    assert [text[m.start : m.end] for m in found if m.entity == "DATE_OF_BIRTH"] == births


def test_amounts_are_not_parted_at_their_thousands() -> None:
    assert guess_layout("みなと商会 482,113\n山吹印刷 1,300,000\n").cells == []
    assert len(guess_layout("みなと商会,482\n山吹印刷,300\n").cells) == 4


@given(st.text(alphabet="氏名住所電話\u3000 \n1a、", max_size=80))
def test_tabs_change_nothing_but_spaces(text: str) -> None:
    marked = tabbed(text, text)
    assert len(marked) == len(text)
    assert all(a == b or (a == "\u3000" and b == "\t") for a, b in zip(text, marked, strict=True))
