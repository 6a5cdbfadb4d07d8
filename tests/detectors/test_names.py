"""Names in office texts, and what the tagger gives. All persons are invented."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.names import tagger
from detectors.names.features import CHANNELS, codes_of, flags
from tests.detectors.conftest import persons, share

OFFICE = [
    ("氏名:山田太郎", ["山田太郎"]),
    ("氏名　髙橋　一郎　㊞", ["髙橋　一郎"]),
    ("フリガナ ﾔﾏﾀﾞ ﾊﾅｺ", ["ﾔﾏﾀﾞ ﾊﾅｺ"]),
    ("ふりがな:やまだ はなこ", ["やまだ はなこ"]),
    ("Name: Hanako Yamada", ["Hanako Yamada"]),
    ("担当:中村さん", ["中村"]),
    ("窓口の吉村様より入電", ["吉村"]),
    ("No,氏名,部署\n1,木村 さくら,総務課\n2,ジョン・スミス,営業部\n", ["木村 さくら", "ジョン・スミス"]),
    ("姓,名\n佐藤,花子\n", ["佐藤", "花子"]),
    ("| 氏名 | 所属 |\n|---|---|\n| 田中 実 | 経理部 |\n", ["田中 実"]),
    ("出席者:鈴木課長、高橋係長", ["鈴木", "高橋"]),
    (
        "No\t担当\t開始\t終了\n1\t比嘉／金城\t4/1\t4/30\n2\t知念\t5/1\t5/9\n3\t仲本\t6/1\t6/2\n",
        ["比嘉", "金城", "知念", "仲本"],
    ),
    ("担当 佐藤、鈴木/田中\n", ["佐藤", "鈴木", "田中"]),
    ("氏名：久保木 亘（くぼき わたる）\n", ["久保木 亘", "くぼき わたる"]),
    ("司会　辻 ひかる（フリーアナウンサー）\n", ["辻 ひかる"]),
    ("通報者　貝塚（男性・隣人）\n", ["貝塚"]),
    ("スタッフ\t月\t火\t水\n太田\t早\t遅\t休\n井上\t遅\t早\t夜\n毛受\t休\t早\t早\n", ["太田", "井上", "毛受"]),
    ("夜勤の新垣職員が対応した。", ["新垣"]),
    ("経理の東さんに原本を回す。", ["東"]),
    ("1位になったゆうとくん、おめでとう", ["ゆうと"]),
    ("組,氏名\n1,ウィリアムズ 健\n2,荒巻 俊介\n", ["ウィリアムズ 健", "荒巻 俊介"]),
    ("John Peterson,R&D,090-8181-2323\n", ["John Peterson"]),
    (
        "No 氏名 年齢 地区 備考\n1 熊谷 ヨシ 88 上町 車いす\n2 毛受 政男 90 川原\n3 及川 美和 41 上町 なし\n",
        ["熊谷 ヨシ", "毛受 政男", "及川 美和"],
    ),
    (
        "あらい ゆうま　いのうえ ここな　サントス マテオ\nかんの ひまり　くどう れん　のむら いつき\n",
        ["あらい ゆうま", "いのうえ ここな", "サントス マテオ", "かんの ひまり", "くどう れん", "のむら いつき"],
    ),
    ("長男の翔は高校を中退した。", ["翔"]),
    ("昨日は友人のまゆみと浅草へ。", ["まゆみ"]),
    ("このたびは長女結衣の結婚に際し", ["結衣"]),
    ("01 TAKIZAWA/HIROMI MS\n", ["TAKIZAWA/HIROMI"]),
    ("面接官 仁科・J. Parker\n", ["仁科", "J. Parker"]),
    ("父は不在。母（藤巻 彩）。藤巻 陸（9）。陸は「おなかすいた」と言う。", ["藤巻 彩", "藤巻 陸", "陸"]),
    ("議員の木皿 のり子です。17番木皿のり子君", ["木皿 のり子", "木皿のり子"]),
    ("課の戸倉マネージャーによれば", ["戸倉"]),
    ("関東樹脂の花形様よりお電話", ["花形"]),
    ("出欠\n○○ 佐伯 浩二\n○○ 黒木\n", ["佐伯 浩二", "黒木"]),
    ("現場代理人：能勢\n作業（能勢、グエン 他2名）\n", ["能勢", "能勢", "グエン"]),
    ("ヴィオラ　城戸 彩＊　宮里 諒　（＊は首席）", ["城戸 彩", "宮里 諒"]),
    ("id,last_name,first_name\n1,猪股,桃子\n2,ラマ,スニタ\n", ["猪股", "桃子", "ラマ", "スニタ"]),
]


def test_names_in_office_texts(balanced: Engine) -> None:
    """Of texts as offices write them nearly all are read without a fault."""
    assert share(balanced, OFFICE) >= 0.93


NOBODY = [
    "株式会社山本電機 御中",
    "氏名,個人番号,住所",
    "品名,メーカー\nボールペン,三菱\n",
    "担当:総務課",
    "東京都の人口は1400万人である。",
    "中村屋のカレーと伊藤園のお茶を注文した。",
    "名古屋支店 03-1234-5678",
    "def main():\n    return 0\n",
    "第三条 受託者は、個人情報を適切に管理しなければならない。",
    "「氏名」欄に姓と名を入力します。例：山田 太郎",
    "青木、浦和、川口、赤羽の順に停車します。",
    "奥様と旦那様へ、文様入りのお皿をお送りします。",
    "入札者\n(有)北川土木 辞退\n",
    "ｶﾓｸ,ｼﾒｲ,ﾌﾘｶﾞﾅ,TEL\n01,,,22-1111\n02,,,22-2222\n",
    "矢印の 上 下 キーでチェックボックスを選びます。",
    "選挙管理委員会、公平委員会、監査委員",
    "7 日前までのデータを消す。",
    "ディスク I/O に対する設定を変える。",
    "0012　C-0091　岡村ネジ M4　5,000",
    "在庫は高松倉庫・岡山倉庫に分散しています。",
    "例) 氏名：○○　太郎、住所：○○市",
    "岡山 8:24発 → 福山 8:41着\n「松永」行きに乗り「今津」下車\n",
    "敬老祝 45,000　香典 20,000",
]


def test_no_names_here(balanced: Engine) -> None:
    """Of texts about nobody nearly none names somebody."""
    assert share(balanced, [(text, []) for text in NOBODY]) >= 0.9


MANUALS = [
    "マクロを呼び出すと、シェルは終了します。\nマクロ\nシェルの引数は次のとおりです。\nデフォルトはシェルです。",
    "def close(self, reason=None):\n    return (None, None)\n# If None, the default is used",
    "IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY",
    "この仕様は同様に、たくさんの設定とおなじ形式です。(または以下の手順のように操作するか、)",
    "Compare(NaN, NaN) [Link, Target] HSV: Hue, Saturation",
]


def test_manuals_and_programs_are_about_nobody(balanced: Engine) -> None:
    """Nor do manuals and programs."""
    assert share(balanced, [(text, []) for text in MANUALS]) >= 0.6


@pytest.mark.parametrize("name", ["Taro Yamada", "YAMADA TARO", "Kazuhiro Honda"])
def test_latin_names_are_found_where_lists_agree(balanced: Engine, name: str) -> None:
    assert name in persons(balanced, f"翻訳\n{name} <honda@example.jp>\n")


def test_a_certain_name_is_found_again(balanced: Engine) -> None:
    text = "氏名:小鳥遊 瑠衣\n\n備考\n小鳥遊 瑠衣"
    assert persons(balanced, text) == ["小鳥遊 瑠衣", "小鳥遊 瑠衣"]


def test_tagger_gives_probabilities_for_every_character() -> None:
    text = "担当は山田太郎です。\n合計 120円"
    tags = tagger.probabilities(text)
    assert tags.shape == (len(text), 5)
    np.testing.assert_allclose(tags.sum(axis=1), 1.0, atol=1e-5)


def test_cells_without_letters_and_spans_to_leave_are_not_read() -> None:
    text = "山田太郎,120,03-1234\n佐藤花子,5,山田太郎"
    named = 1 - tagger.probabilities(text, leave=[(text.rindex("山"), len(text))])[:, 0]
    assert (named[:4] > 0.5).all()
    assert (named[5:14] == 0.0).all()
    assert (named[text.rindex("山") :] == 0.0).all()


def test_blocks_do_not_change_the_result() -> None:
    text = "議事録\n出席者 山田太郎、佐藤花子\n" * 400
    whole = tagger.probabilities(text)
    before = tagger.BLOCK
    try:
        tagger.BLOCK = 512
        pieces = tagger.probabilities(text)
    finally:
        tagger.BLOCK = before
    np.testing.assert_allclose(whole, pieces, atol=1e-4)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_flags_have_one_byte_a_character_and_channel(text: str) -> None:
    codes = codes_of(text.encode("utf-8", "replace").decode())
    assert flags(codes).shape == (CHANNELS, len(codes))


def test_weights_are_small_and_documented() -> None:
    folder = tagger.ALPHABET.parent
    total = sum(p.stat().st_size for p in (*folder.glob("*.npz"), *folder.glob("*.onnx")))
    assert total < 8_000_000
    card = (tagger.ALPHABET.parents[2] / "docs" / "model-card.md").read_text(encoding="utf-8")
    assert "CC BY-SA" in card


def test_own_set_keeps_its_figures(balanced: Engine) -> None:
    """The tuning part of our labelled set; the test part is read by the benchmark alone."""
    from benchmarks.office_set import documents
    from benchmarks.score import Score

    score, alarms, clean = Score(), 0, 0
    for document in documents("dev"):
        found = [(m.entity, m.start, m.end) for m in balanced.analyze(document.text).matches]
        score.add(document.spans, found)
        if document.kind.startswith("clean_"):
            alarms, clean = alarms + len(found), clean + len(document.text)
    assert score.entities["PERSON"].f1() >= 0.92
    assert score.entities["JP_ADDRESS"].f1() >= 0.88
    assert score.entities["JP_ADDRESS"].f1(relaxed=True) >= 0.96
    for entity, count in score.entities.items():
        if count.gold and entity not in ("PERSON", "JP_ADDRESS"):
            assert count.f1() >= 0.9, entity
    assert alarms / clean * 100_000 <= 8


@given(st.text(min_size=1, max_size=7, alphabet=st.characters(exclude_categories=["Cs"])))
def test_the_slot_of_a_word_is_that_of_the_arrays(word: str) -> None:
    from detectors.names.features import codes_of, mix, slot

    assert slot(word, 23) == int(mix(codes_of(word), len(word), 23)[0])


def test_places_far_away_in_a_long_line_say_nothing_of_a_name(balanced: Engine) -> None:
    text = "浦和、大宮、川越、坂出、丸亀へ" + "点検を実施した。" * 40 + "担当は鈴木、補助は高橋とした。"
    assert {"鈴木", "高橋"} <= set(persons(balanced, text))


LISTED = ("山本ハル", "佐藤ウメ", "鈴木トメ", "高橋キク", "山田太郎", "伊藤 美咲")
BESIDE = ("山口支店", "総務課", "山本ビル", "山本ガス", "田中タクシー", "中央公園", "未定", "東京都")


@pytest.mark.parametrize("header", ["入所者", "担当者", "受講者"])
@pytest.mark.parametrize("before", ["", "施設名,"])
def test_listed_names_fill_cells_under_persons(header: str, before: str) -> None:
    rows = [f"{before and 'ひまわり荘,'}{who},{room}" for room, who in enumerate((*LISTED, *BESIDE), 101)]
    text = "\n".join((f"{before}{header},居室", *rows))
    found = [text[m.start : m.end] for m in Engine("balanced").analyze(text).matches if m.entity == "PERSON"]
    assert found == list(LISTED)


@pytest.mark.parametrize("who", LISTED)
@pytest.mark.parametrize("label", ["氏名：", "回答者名: "])
def test_a_listed_name_fills_what_stands_behind_a_label(label: str, who: str) -> None:
    text = f"{label}{who}\n" + "".join(f"問{n}　はい\n" for n in range(1, 9))
    found = [text[m.start : m.end] for m in Engine("balanced").analyze(text).matches if m.entity == "PERSON"]
    assert found == [who]
