"""Tables, forms and addressees in which the place decides and the word does not: unusual names under headers of persons and
behind their labels, and the same words where they name stops, wares and towns.

Of what an office generator writes most names look like names. What is under 氏名 is one also where it is 東, 望 or on no list;
what is under 停留所名 is none, however much it looks like one.
"""

from __future__ import annotations

import random

from detectors.addresses.gazetteer import cities
from detectors.names.vocabulary import english as english_words
from detectors.names.vocabulary import foreign_family, foreign_given
from detectors.person_labels import EXACT_HEADERS, STRONG
from detectors.tables.headings import part_of_name
from detectors.training import names, vocabulary
from detectors.training.marked import Text

_WHO = (
    "営業 施術 納税義務 届出 開設 設置 管理 運営 申告 登録 滞納 居住 地権 受任 納付 採血 測定 担任 引取 発行 起票 請負 受講 監修 搬入 貸出 入力 通報 養育 扶養 相談 登記 借主 寄付 納入 連帯保証 指導 案内"
).split()
_END = ("者", "者名", "者氏名", "員名", "員氏名", "人", "人名", "人氏名")
_OF_PERSONS = (
    "委員名",
    "役員名",
    "学生名",
    "議員名",
    "教員名",
    "団員名",
    "監督名",
    "児童氏名",
    "園児名",
    "医師名",
    "講師名",
    "会員名",
    "世帯主",
    "氏名",
)
_OF_THINGS = (
    "品名 商品名 停留所名 路線名 施設名 会場 品種 銘柄 地区 町名 名称 駅名 店舗名 樹種 作物名 河川名 公園名 橋梁名 事業名 団体名 取引先 学校名 病院名 部署 担当課 所管課 機種 型式 場所 行政区 自治会 班 "
    "建物名 観光地 山名 湖沼名 ブランド メーカー 酒蔵 製品 船名 馬名 犬種 花の名前 花名 色名 番組名 曲名 作品名 書名 コース"
).split()
_OTHER = (
    "番号",
    "電話番号",
    "区分",
    "備考",
    "日付",
    "金額",
    "数量",
    "生年月日",
    "年齢",
    "緯度",
    "所在地",
    "フリガナ",
    "状況",
    "対象",
    "単価",
)
_ALONE = tuple(
    "東西南北新旧実翼望茂勇誠学明進豊光力愛恵薫操忍歩渡泉梢栄幸福春夏秋冬月星空海陸杏桜梅菊蘭葵蓮凛律奏響匠仁信義礼智勝昇昭晃旭輝原森林谷池沖堤辻畑岡関堀城宮寺橋境"
)
_RARELY = "万千百一二三五七八九十丁乃久之也亀井今介仲佐保倉備児入内前加勝北十南原友口古台吉名向品和善喜嘉四国土城堀塚増多大夫奈好妹姉子孝宇宗定室宮家富寺小尾屋山岐岡岩岸島川工左巻市布師常平幡床庄彦御志惣戸手折持捨敷斎旗早星曽月有服望木末本材村杉来松林枝柏柳柴栗栖根桂桐桑梶森植椎楠榎横樋橋櫛檜次武毛比氷永江沖沢河沼泉波津浅浜浦海深清渕渡湊湯源溝滝潟澤瀬灘灰無熊片牛牟犬猪玉王瓜瓦生用田甲男町畑畠留番畔疋目直相真眞矢知石砂碓磯神福禰秋種稲穂空窪立竜笠笹筒箕米粕紀細紺綱網緒縄羽老耳肥脇膳臼船芝花芦苅若茂茅荒荷菅菊萩萱葉葛蒲蓑蔵薄薗藤蘇虎衛裏西角谷豊貝赤越足路車辺追逆造速道達遠郡都里重野金釜鈴鉢鉾銭錦鍋鍬鎌長門間関阪阿陣陶隅雀集雨雪霜露青面鞍音須頭額飛飯飼館香馬高鬼魚鮫鳥鴨鶴鷲鹿麦麻黒鼓齋"
_NOBODY = (
    "未定",
    "同上",
    "空欄",
    "なし",
    "該当なし",
    "担当課",
    "総務課",
    "業者",
    "-",
    "欠員",
    "調整中",
    "退職",
    "3名",
    "他2名",
    "有",
    "不明",
    "事務局",
    "本部",
    "応援",
    "委託先",
)
_TOWNS = ("町", "東", "西", "入口", "駅前", "橋", "団地", "公民館", "南", "丘", "一丁目", "神社前", "小学校前", "")


_MANUALS = (
    "{loan}を{deed}すると、{loan}は終了します。",
    "{loan}",
    "{loan}の{noun}は次のとおりです。",
    "デフォルトは{loan}です。",
    "{loan}は {n}、{loan}は {n} {loan}が既定です。",
    "{noun}の 上 下 キーで{loan}を選びます。",
    "# If {en}, the {en} is used",
    "{en}({en}, {en}) [{en}, {en}] {en}: {en}, {en}",
    "{en} {en} {en} {en}, {en} {en}",
    "この{noun}は同様に、{loan}と同じ形式です。",
    "{n}. {loan} {en}-{n}",
    "{loan} {noun} {deed}",
    "{noun}　{deed}　{noun}",
    "{loan}・{loan}・{loan}",
    "{noun}{deed}について",
    "{noun} {n} → {n}　{noun} {n}:00 → {n}:30",
    "{loan}は {n} {loan}、{n} {loan}が限度です。",
    "仕様と同様に、{noun}の模様や文様を多様にします。",
    "皆様と奥様、お客様、神様、王様へ。",
    "{town}（始発） 6:{m} → 7:{m}",
    "{town} 8:{m}発 → {town} 9:{m}着",
    "{town}行きに乗り「{town}」下車、{town}方面へ",
    "{town}、{town}、{town}の順に停車します。",
    "{town}倉庫と{town}倉庫に分散しています。",
    "例：{name}",
    "（記入例）氏名 {name}",
    "入力例) {name}、住所：○○市",
    "テスト{name}",
    "氏名：○○　{given}",
    "{town}みかん {n}kg　{town} {n}ml",
    "{town}（{town}県）　晴れ {n}℃",
)


class Headed:
    """A seeded source of such texts."""

    def __init__(self, seed: int, things: dict[str, list[str]] | None = None) -> None:
        self.chance = random.Random(seed)
        self._things = things or {}

    def text(self) -> Text:
        """A table, some fields of a form, addressees, or a manual."""
        roll = self.chance.random()
        return (
            self._table()
            if roll < 0.5
            else self._form()
            if roll < 0.7
            else self._addressed()
            if roll < 0.75
            else self._plain()
        )

    def person(self) -> names.Name:
        """Somebody, often with a name of the dictionary that no list has."""
        return names.varied(self.chance, *(self._things.get(kind, ()) for kind in ("surname", "given", "abroad")))

    def name(self, part: str = "") -> str:
        """A name as a cell under a header of persons holds it, unusual ones more often than in life."""
        chance, n = self.chance, self.person()
        roll = chance.random()
        if part or roll < 0.12:
            rare = chance.choice(_ALONE) if roll < 0.1 else "".join(chance.sample(_RARELY, chance.choice((1, 2, 2, 3))))
            usual = n.family if part == "family" else n.given
            return usual if roll < 0.6 else rare
        if roll < 0.3:
            family, given = ("".join(chance.sample(_RARELY, chance.choice((1, 2, 2)))) for _ in range(2))
            return family + chance.choice(("", " ", "　")) + given
        if roll < 0.36:
            return n.family + chance.choice((" ", "　", "")) + chance.choice(_ALONE)
        if roll < 0.4:
            return names.romaji(n, chance)
        if roll < 0.46:
            rest = chance.sample(sorted(foreign_given()), chance.choice((1, 1, 2)))
            return " ".join(word.title() for word in (*rest, chance.choice(sorted(foreign_family()))))
        if roll < 0.5 and n.family_kana:
            return n.family_kana + chance.choice((" ", "　", "")) + n.given_kana
        return names.full(n, chance)

    def nobody(self) -> str:
        """What stands under a header of persons and is none: a word for nobody, or a firm that is called like its owner (田中タクシー)."""
        chance = self.chance
        loans = self._things.get("loan")
        if not loans or chance.random() < 0.5:
            return chance.choice(_NOBODY)
        return self.person().family + chance.choice((chance.choice(loans), chance.choice(vocabulary.SHOPS)))

    def thing(self) -> str:
        """What looks like a name and names a thing."""
        chance = self.chance
        n = self.person()
        word = chance.choice((n.family, n.family, n.given, chance.choice(_ALONE), chance.choice(vocabulary.PLACES)))
        kinds = [kind for kind in ("town", "ware", "noun", "loan") if self._things.get(kind)]
        if kinds and chance.random() < 0.5:
            word = chance.choice(self._things[chance.choice(kinds)])
        return word + (chance.choice(_TOWNS) if chance.random() < 0.4 else "")

    def town(self) -> str:
        """A place by its bare name, many of which are surnames too."""
        towns = self._things.get("town")
        return self.person().family if not towns or self.chance.random() < 0.4 else self.chance.choice(towns)

    def header(self) -> str:
        """A header of persons."""
        chance = self.chance
        kinds = (
            lambda: chance.choice(_WHO) + chance.choice(_END),
            lambda: chance.choice(_OF_PERSONS),
            lambda: chance.choice(STRONG),
            lambda: chance.choice(sorted(EXACT_HEADERS)),
        )
        return chance.choices(kinds, (3, 3, 2, 1))[0]()

    def other(self, header: str) -> str:
        """A value of a column that names nobody."""
        chance = self.chance
        return {
            "番号": str(chance.randint(1, 9999)),
            "電話番号": f"0{chance.randint(10, 99)}-{chance.randint(100, 999)}-{chance.randint(1000, 9999)}",
            "日付": f"2026/{chance.randint(1, 12)}/{chance.randint(1, 28)}",
            "生年月日": f"昭和{chance.randint(1, 63)}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日",
            "緯度": f"34.{chance.randint(100000, 999999)}",
            "備考": chance.choice(("", "", "済", "要確認", "予備", "平日のみ")),
            "状況": chance.choice(("未", "済", "確認中")),
            "区分": chance.choice("ABC"),
        }.get(header, str(chance.randint(1, 99)))

    def _plain(self) -> Text:
        """A manual or a program: nobody."""
        chance = self.chance
        words = {kind: self._things.get(kind) or list(vocabulary.KATA_COMMON) for kind in ("loan", "deed", "noun")}
        repeated = {kind: chance.sample(known, 3) for kind, known in words.items()}
        english = sorted(english_words())

        def fill(template: str) -> str:
            n = self.person()
            template = template.replace("{name}", names.full(n, chance)).replace("{given}", n.given)
            template = template.replace("{m}", str(chance.randint(10, 59)))
            while "{town}" in template:
                template = template.replace("{town}", self.town(), 1)
            for kind, known in repeated.items():
                while f"{{{kind}}}" in template:
                    template = template.replace(f"{{{kind}}}", chance.choice(known), 1)
            while "{en}" in template:
                word = chance.choice(english)
                template = template.replace("{en}", chance.choice((word, word.title(), word.upper())), 1)
            return template.replace("{n}", str(chance.randint(1, 9999)))

        return _joined([("", [(fill(chance.choice(_MANUALS)), False)]) for _ in range(chance.randint(2, 8))])

    def _table(self) -> Text:
        chance = self.chance
        mark = chance.choice((",", ",", "\t", "\t", "|"))
        others = chance.sample(_OTHER, chance.randint(1, 4))
        about = chance.random() < 0.6
        columns: list[str] = [*others]
        persons = {self.header() for _ in range(chance.choice((1, 1, 1, 2)))} if about else set()
        if about and chance.random() < 0.15:
            persons = {"姓", "名"}
        things = chance.sample(_OF_THINGS, 1 if about else chance.choice((1, 2)))
        for header in (*sorted(persons), *(things if not about or chance.random() < 0.4 else ())):
            columns.insert(chance.randint(0, len(columns)), header)
        lines: list[list[tuple[str, bool]]] = [[(header, False) for header in columns]]
        for _ in range(chance.randint(2, 12)):
            row = []
            for header in columns:
                if header in persons:
                    nobody = chance.random() < 0.08
                    row.append((self.nobody() if nobody else self.name(part_of_name(header)), not nobody))
                else:
                    row.append((self.thing() if header in things else self.other(header), False))
            lines.append(row)
        return _joined([(mark, row) for row in lines])

    def _form(self) -> Text:
        chance = self.chance
        rows: list[tuple[str, list[tuple[str, bool]]]] = []
        for _ in range(chance.randint(2, 7)):
            mark = chance.choice(("：", ":", "　", "\t", " : "))
            if chance.random() < 0.55:
                title = chance.choice(("", "", "", "　様", "様", "　印", "先生", " 殿"))
                rows.append(("", [(self.header() + mark, False), (self.name(), True), (title, False)]))
            elif chance.random() < 0.6:
                rows.append(("", [(chance.choice(_OF_THINGS) + mark, False), (self.thing(), False)]))
            else:
                header = chance.choice(_OTHER)
                rows.append(("", [(header + mark + self.other(header), False)]))
        return _joined(rows)

    def _addressed(self) -> Text:
        """Offices and persons with the same endings: 高松市長 様, 中村市長, 教育長 様."""
        chance = self.chance
        rows: list[tuple[str, list[tuple[str, bool]]]] = []
        for _ in range(chance.randint(1, 4)):
            city = chance.choice(sorted(cities()))
            gap = chance.choice(("", " ", "　", "　　"))
            polite = chance.choice(("様", "殿", "先生", "さん", "氏"))
            post = chance.choice(("課長", "部長", "会長", "先生", "委員", "議員", "係長", "主任", "校長"))
            one = self.person().family if chance.random() < 0.7 else chance.choice(_ALONE)
            rows.append(
                chance.choice(
                    (
                        ("", [(f"{city}長{gap}{polite}", False)]),
                        ("", [(f"{city}教育委員会教育長{gap}{polite}", False)]),
                        ("", [(f"{city}立{chance.choice(vocabulary.PLACES)}小学校長{gap}{polite}", False)]),
                        ("", [(f"{city}長　", False), (self.name(), True), (f"{gap}{polite}", False)]),
                        (
                            "",
                            [
                                (one, True),
                                (f"{chance.choice(('市長', '町長', '知事', '教育長'))}は本日の会議で述べた。", False),
                            ],
                        ),
                        ("", [(one, True), (f"{gap}{polite}の番号は{chance.randint(1000, 9999)}です。", False)]),
                        ("", [(one, True), (f"{post}が出席した。", False)]),
                        (
                            "",
                            [
                                (
                                    f"{chance.choice(('お一人', '皆', 'お客', 'お子', '親御', '八百屋', '魚屋', '隣', '業者', '奥'))}{chance.choice(('様', 'さん'))}へ",
                                    False,
                                )
                            ],
                        ),
                        (
                            "",
                            [
                                (f"{chance.choice(vocabulary.DEPTS)}{post}　", False),
                                (one, True),
                                (f"{gap}{polite}", False),
                            ],
                        ),
                    )
                )
            )
        return _joined(rows)


def _joined(rows: list[tuple[str, list[tuple[str, bool]]]]) -> Text:
    """Rows of (mark between, [(piece, whether it is a name)]) as one text."""
    out, spans, at = [], [], 0
    for mark, row in rows:
        for number, (piece, named) in enumerate(row):
            if number and mark:
                out.append(mark)
                at += len(mark)
            if named and piece:
                spans.append((at, at + len(piece)))
            out.append(piece)
            at += len(piece)
        out.append("\n")
        at += 1
    return Text("".join(out), tuple(spans))
