"""Invented office texts with marked names: forms, tables, mails, minutes, logs, letters, and as many without anybody.

A template is a line or a text with slots. ``{1}`` … ``{4}`` are persons in their own script, with a letter behind for
another spelling: f surname, g given name, k katakana, h hiragana, r romaji, s spaced, n unspaced. Other slots are
things. The test set of the benchmarks has templates of its own; none stands in both.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from detectors.training import names

Span = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """A text and the spans of its names."""

    text: str
    spans: tuple[Span, ...]


_SLOT = re.compile(r"\{(\w+)\}")
_HIRA = {v: k for k, v in names._KATAKANA.items()}
_DEPTS = "総務課 人事課 経理部 営業部 営業第一課 開発部 市民課 税務課 福祉課 健康増進課 子育て支援課 介護保険課 教育委員会 土木課 建設部 企画課 広報室 情報政策課 品質保証部 製造部 購買課 法務部 監査室 お客様相談室 総務部人事課 住民課 会計室 議会事務局 秘書課 契約課 施設管理課 看護部 リハビリ科 医事課 薬剤部 図書館 学生課 教務課 研究推進課 サポートセンター".split()
_ROLES = "部長 課長 係長 主任 主査 室長 次長 社長 専務 理事 委員長 委員 会長 副会長 書記 議長 教授 准教授 講師 医師 看護師 薬剤師 保健師 主事 参事 所長 店長 園長 校長 教諭 班長 リーダー マネージャー 担当 代表取締役 支店長 副市長 市長".split()
_HONORIFICS = "様 さん 氏 殿 先生 くん ちゃん さま".split()
_ORG_WORDS = "商事 工業 建設 電機 製作所 物産 運輸 食品 不動産 印刷 システム 工務店 産業 製菓 薬品 クリニック 税理士事務所 法律事務所 歯科医院 内科 整形外科 保育園 小学校 中学校 高等学校 酒店 書店 自動車 金属 化学 設備 商店 旅館 塗装 造園 不動産 鉄工所 米店 電気 水産 農園 牧場 ホールディングス 学習塾 珈琲店 薬局 美容室".split()
_PLACES = "東京 大阪 名古屋 横浜 札幌 福岡 仙台 広島 京都 神戸 千葉 埼玉 川崎 新潟 静岡 岡山 熊本 鹿児島 那覇 松山 高松 金沢 富山 長野 山形 秋田 青森 盛岡 福島 宇都宮 前橋 水戸 甲府 岐阜 津 大津 奈良 和歌山 鳥取 松江 山口 徳島 高知 佐賀 長崎 大分 宮崎 渋谷 新宿 池袋 品川 上野 秋葉原 立川 町田 藤沢 船橋 柏 大宮 川越 豊田 豊橋 岡崎 一宮 四日市 姫路 西宮 尼崎 倉敷 福山 久留米 佐世保 石川 山梨 宮城 岩手 中野 杉並 世田谷 練馬 板橋 足立 葛飾 三田 森下 中村区 青山 赤坂 原宿 恵比寿 目黒 大森 蒲田 小岩 松本 長岡 高崎 小山 藤枝 三島 本庄 飯田 須坂 高山 石巻 白石 福井 宮古 久慈 大船渡".split()
_PRODUCTS = "ノートパソコン プリンター トナーカートリッジ コピー用紙 ボールペン クリアファイル デスクトップ モニター キーボード USBメモリ マウス ホワイトボード 会議用テーブル オフィスチェア シュレッダー スキャナー LEDランプ 単三電池 延長コード ラベルシール ホチキス 蛍光マーカー 付箋 封筒 段ボール 手袋 マスク 消毒液 体温計 ミネラルウォーター コーヒー 緑茶 カレンダー ロッカー 台車 はさみ のり テープ インクカートリッジ 電卓 名刺 ハンドソープ トイレットペーパー モンブラン さくらんぼ みかん ひまわり あおぞら はなみずき コスモス アマゾン デイジー サクラクレパス マッキー ペリカン モリサワ ミドリ パイロット ゼブラ".split()
_WORDS = "予算 計画 会議 資料 報告 確認 検討 対応 調整 実施 変更 申請 契約 納品 発注 検収 請求 支払 決裁 起案 承認 開催 説明 提出 作成 点検 更新 移行 導入 評価 分析 集計 調査 訪問 相談 指導 研修 採用 異動 退職 面接 給与 手当 休暇 出張 旅費 備品 清掃 防災 避難 訓練 広報 行事 選挙 投票 税金 保険 年金 介護 保育 入園 入学 卒業 健診 予防接種 検査 診察 治療 手術 入院 退院".split()
_BUILDINGS = "第一会議室 第二会議室 大会議室 市民ホール 中央公民館 文化会館 体育館 応接室 講堂 302会議室 本庁舎3階 別館 分室 Zoom Teams".split()
_KATA_COMMON = "データ システム サービス メール ファイル サーバー ネットワーク セキュリティ プロジェクト スケジュール ミーティング アンケート マニュアル レポート センター グループ チーム メンバー リスト コード エラー ログ テスト リリース バージョン アップデート インストール パスワード アカウント ユーザー デザイン コスト パターン ケース タイプ モデル オプション メニュー キャンセル アレルギー リハビリ カンファレンス デイサービス ショートステイ ヘルパー ケアプラン バイタル アセスメント トラブル クレーム キャンペーン イベント ボランティア スタッフ カウンター レンタル リース クラウド バックアップ ルーター アイスクリーム ハンバーグ カレーライス スパゲッティ インフルエンザ ワクチン ロキソニン ムコスタ アムロジピン メトホルミン ワーファリン カロナール フェラーリ トヨタ ホンダ スズキ マツダ カワサキ".split()


class Office:
    """A seeded source of texts. ``things`` are names of organisations, places and works from open sentences, which
    look like persons and are none."""

    def __init__(self, seed: int, things: dict[str, list[str]] | None = None) -> None:
        self.chance = random.Random(seed)
        self._things = things or {}

    def text(self) -> Text:
        """One text of any kind; a third names nobody."""
        roll = self.chance.random()
        if roll < 0.36:
            return self._table()
        if roll < 0.70:
            return self._lines(_PERSONAL, 1, 9)
        if roll < 0.82:
            return self._lines(_PERSONAL + _PLAIN, 2, 10)
        return self._lines(_PLAIN, 2, 10)

    def _lines(self, templates: list[str], low: int, high: int) -> Text:
        count = self.chance.randint(low, high)
        people = [names.name(self.chance) for _ in range(4)]
        parts, spans, at = [], [], 0
        for _ in range(count):
            piece = self.fill(self.chance.choice(templates), people)
            if self.chance.random() < 0.3:
                people = [names.name(self.chance) for _ in range(4)]
            parts.append(piece.text)
            spans += [(a + at, b + at) for a, b in piece.spans]
            at += len(piece.text) + 1
        return Text("\n".join(parts), tuple(spans))

    def _table(self) -> Text:
        chance = self.chance
        mark = chance.choice((",", ",", "\t", "\t", " | ", "|", "  ", "、", " ", ";"))
        columns = chance.sample(_COLUMNS, chance.randint(2, 7))
        if chance.random() < 0.72 and not any("{1" in c[1] for c in columns):
            columns.insert(chance.randint(0, len(columns)), chance.choice(_NAME_COLUMNS))
        rows: list[Text] = []
        if chance.random() < 0.55:
            rows.append(Text(mark.join(c[0] for c in columns), ()))
        style = chance.random()
        for _ in range(chance.randint(1, 14)):
            people = [names.name(chance) for _ in range(2)]
            parts, spans, at = [], [], 0
            for i, (_, template) in enumerate(columns):
                cell = self.fill(
                    template if style < 0.8 or "{1}" not in template else template.replace("{1}", "{1s}"), people
                )
                if i:
                    at += len(mark)
                parts.append(cell.text)
                spans += [(a + at, b + at) for a, b in cell.spans]
                at += len(cell.text)
            rows.append(Text(mark.join(parts), tuple(spans)))
        return _joined(rows)

    def fill(self, template: str, people: list[names.Name]) -> Text:
        """A template with its slots filled."""
        out, spans, at = [], [], 0
        last = 0
        for match in _SLOT.finditer(template):
            before = template[last : match.start()]
            out.append(before)
            at += len(before)
            value, person = self._slot(match[1], people)
            if person and value:
                spans.append((at, at + len(value)))
            out.append(value)
            at += len(value)
            last = match.end()
        out.append(template[last:])
        return Text("".join(out), tuple(spans))

    def _slot(self, slot: str, people: list[names.Name]) -> tuple[str, bool]:
        if slot[0] in "1234":
            return self._person(people[int(slot[0]) - 1], slot[1:]), True
        return getattr(self, f"_s_{slot}")(), False

    def _person(self, n: names.Name, how: str) -> str:
        chance = self.chance
        foreign = n.kind == "foreign"
        if how == "f":
            return n.family if not foreign else n.given
        if how == "g":
            return n.given
        if how in ("k", "h"):
            if foreign:
                return f"{n.given}{chance.choice('・ ')}{n.family}"
            kana = n.family_kana + chance.choice((" ", " ", "", "　")) + n.given_kana
            return kana if how == "k" else kana.translate(_HIRA)
        if how == "r":
            return names.romaji(n, chance)
        if how == "s" and not foreign:
            return f"{n.family}{chance.choice(' 　')}{n.given}"
        if how == "n" and not foreign:
            return n.family + n.given
        if how == "a":
            return names.styled(n, chance)
        return names.full(n, chance)

    # -- things ------------------------------------------------------------------------------------------------------
    def _s_org(self) -> str:
        chance = self.chance
        if chance.random() < 0.35 and self._things.get("org"):
            return chance.choice(self._things["org"])
        base = chance.choice(
            (
                names.name(chance).family,
                chance.choice(_PLACES),
                "".join(chance.choice("東西南北大新日本中央富士光和三栄") for _ in range(2)),
                chance.choice(_KATA_COMMON),
            )
        )
        core = base + chance.choice(_ORG_WORDS)
        return chance.choice(
            (core, core, f"株式会社{core}", f"{core}株式会社", f"(株){core}", f"有限会社{core}", f"{core}(株)")
        )

    def _s_thing(self) -> str:
        kinds = [k for k in ("work", "place", "org", "event") if self._things.get(k)]
        return self.chance.choice(self._things[self.chance.choice(kinds)]) if kinds else self._s_product()

    def _s_brand(self) -> str:
        """What makers and goods are called: often a surname, a place or a word of flowers and sky."""
        chance = self.chance
        n = names.name(chance)
        return chance.choice(
            (
                n.family,
                n.family_kana or n.family,
                chance.choice(_PLACES),
                chance.choice(_KATA_COMMON),
                "".join(chance.choice("東西南北大新日本中央富士光和三栄") for _ in range(2)),
                chance.choice("さくら ひまわり みどり あおば すみれ のぞみ ひかり こまち つばさ あさひ ゆたか".split()),
            )
        )

    def _s_place(self) -> str:
        chance = self.chance
        if chance.random() < 0.3 and self._things.get("place"):
            return chance.choice(self._things["place"])
        return chance.choice(_PLACES) + chance.choice(("", "", "市", "駅", "区", "支店", "営業所", "地区", "県", "町"))

    def _s_addr(self) -> str:
        chance = self.chance
        town = chance.choice((chance.choice(_PLACES), names.name(chance).family)) + chance.choice(
            ("町", "", "本町", "台", "が丘", "東", "中央")
        )
        number = chance.choice(("{}-{}-{}", "{}丁目{}番{}号", "{}-{}", "{}番地{}")).format(
            chance.randint(1, 9), chance.randint(1, 40), chance.randint(1, 30)
        )
        building = chance.choice(
            (
                "",
                "",
                "",
                f" {names.name(chance).family}{chance.choice(('ビル', 'ハイツ', 'マンション', 'コーポ', '荘'))}{chance.randint(101, 909)}",
                f" {chance.choice(('グリーン', 'サニー', 'メゾン', 'パーク'))}{chance.choice(_PLACES)}{chance.randint(101, 909)}号室",
            )
        )
        return (
            chance.choice(_PLACES)
            + chance.choice(("市", "県", "都", "区", "府"))
            + chance.choice(_PLACES)
            + chance.choice(("市", "区", "町"))
            + town
            + number
            + building
        )

    def _s_tel(self) -> str:
        chance = self.chance
        return chance.choice(("090-{}-{}", "03-{}-{}", "080{}{}", "0{}-22-{}", "({})-{}")).format(
            chance.randint(1000, 9999), chance.randint(1000, 9999)
        )

    def _s_mail(self) -> str:
        n = names.name(self.chance)
        return f"{self.chance.choice((n.family_romaji, n.given_romaji, 'info', 'user')).lower()}{self.chance.choice(('', '.', '_'))}{self.chance.randint(1, 99)}@example.{self.chance.choice(('jp', 'co.jp', 'com'))}"

    def _s_date(self) -> str:
        chance = self.chance
        y, m, d = chance.randint(1940, 2026), chance.randint(1, 12), chance.randint(1, 28)
        return chance.choice(
            (
                f"{y}/{m}/{d}",
                f"{y}-{m:02d}-{d:02d}",
                f"令和{chance.randint(1, 8)}年{m}月{d}日",
                f"{m}月{d}日",
                f"S{chance.randint(20, 63)}.{m}.{d}",
                f"昭和{chance.randint(10, 63)}年{m}月{d}日",
                f"{m}/{d}({chance.choice('月火水木金土日')})",
            )
        )

    def _s_time(self) -> str:
        return f"{self.chance.randint(8, 20)}:{self.chance.choice(('00', '15', '30', '45'))}"

    def _s_num(self) -> str:
        return "".join(self.chance.choice("0123456789") for _ in range(self.chance.choice((3, 4, 5, 7, 8, 10, 12))))

    def _s_code(self) -> str:
        chance = self.chance
        return f"{chance.choice('ABCDEFGHKMNPRSTX')}{chance.choice('ABCDEFGHKMNPRSTX')}-{chance.randint(10, 9999)}"

    def _s_amount(self) -> str:
        return f"{self.chance.randint(1, 9999):,}{self.chance.choice(('円', '', '千円'))}"

    def _s_dept(self) -> str:
        return self.chance.choice(_DEPTS)

    def _s_role(self) -> str:
        return self.chance.choice(_ROLES)

    def _s_hon(self) -> str:
        return self.chance.choice(_HONORIFICS)

    def _s_product(self) -> str:
        return self.chance.choice(
            (
                self.chance.choice(_PRODUCTS),
                self.chance.choice(_KATA_COMMON) + self.chance.choice(("", "一式", "セット", "A4")),
            )
        )

    def _s_word(self) -> str:
        return self.chance.choice(_WORDS)

    def _s_kata(self) -> str:
        return self.chance.choice(_KATA_COMMON)

    def _s_room(self) -> str:
        return self.chance.choice(_BUILDINGS)

    def _s_sex(self) -> str:
        return self.chance.choice(("男", "女", "男性", "女性"))

    def _s_age(self) -> str:
        return str(self.chance.randint(1, 98))

    def _s_rel(self) -> str:
        return self.chance.choice("本人 妻 夫 長男 長女 次男 父 母 子 世帯主 祖母 同居人".split())

    def _s_status(self) -> str:
        return self.chance.choice("済 未 完了 確認中 保留 対応済 不備あり 可 ○ × - 要 あり なし".split())

    def _s_latin(self) -> str:
        return self.chance.choice(
            "Project Meeting Report Server Windows Excel Office Security Update System Tokyo Osaka Japan Monday April Total Address Version Manager Support Service Google Amazon Microsoft Adobe Canon Toyota Honda Suzuki Yamaha Kawasaki Error Warning File Data Code Status Order Product".split()
        )

    def _s_drug(self) -> str:
        return self.chance.choice(
            "アムロジピン ロキソニン メトホルミン カロナール ワーファリン タケキャブ リピトール 酸化マグネシウム プレドニン ムコダイン".split()
        )


def _joined(rows: list[Text]) -> Text:
    spans, at = [], 0
    for row in rows:
        spans += [(a + at, b + at) for a, b in row.spans]
        at += len(row.text) + 1
    return Text("\n".join(r.text for r in rows), tuple(spans))


_NAME_COLUMNS = [
    ("品名", "{brand} {product}"),
    ("商品", "{brand} {product} {age}"),
    ("メーカー", "{brand}"),
    ("銘柄", "{brand}"),
    ("氏名", "{1}"),
    ("名前", "{1}"),
    ("氏名", "{1s}"),
    ("申請者", "{1}"),
    ("担当者", "{1f}"),
    ("担当", "{1f}"),
    ("カナ氏名", "{1k}"),
    ("フリガナ", "{1k}"),
    ("ふりがな", "{1h}"),
    ("Name", "{1r}"),
    ("利用者", "{1}様"),
    ("世帯主", "{1}"),
    ("患者名", "{1}"),
    ("社員名", "{1n}"),
    ("受付者", "{1f}"),
    ("お名前", "{1a}"),
    ("対象者", "{1a}"),
    ("name", "{1a}"),
    ("児童名", "{1}"),
    ("契約者名", "{1}"),
    ("氏名(フリガナ)", "{1}({1k})"),
    ("代表者", "{1}"),
    ("項目3", "{1}"),
    ("備考", "{1f}{hon}より電話"),
    ("記入者", "{1f}"),
    ("配送先", "{1} {hon}"),
]
_COLUMNS = [
    ("番号", "{num}"),
    ("No", "{num}"),
    ("住所", "{addr}"),
    ("電話番号", "{tel}"),
    ("生年月日", "{date}"),
    ("性別", "{sex}"),
    ("年齢", "{age}"),
    ("メール", "{mail}"),
    ("部署", "{dept}"),
    ("役職", "{role}"),
    ("会社名", "{org}"),
    ("品名", "{product}"),
    ("商品名", "{product}"),
    ("数量", "{age}"),
    ("金額", "{amount}"),
    ("日付", "{date}"),
    ("備考", "{word}"),
    ("備考", ""),
    ("状況", "{status}"),
    ("支店", "{place}"),
    ("取引先", "{org}"),
    ("摘要", "{word}{kata}"),
    ("施設名", "{org}"),
    ("件名", "{word}の{word}について"),
    ("コード", "{code}"),
    ("続柄", "{rel}"),
    ("続柄", "{rel}"),
    ("薬品名", "{drug}"),
    ("場所", "{room}"),
    ("地区", "{place}"),
    ("分類", "{kata}"),
    ("内容", "{kata}{word}"),
    ("メーカー", "{org}"),
    ("作品名", "{thing}"),
    ("科目", "{word}費"),
    ("時刻", "{time}"),
    ("機種", "{latin} {num}"),
    ("所属", "{dept}"),
]
_PERSONAL = [
    "{1f}\t{status}\t{status}\t{status}",
    "{1f},{age},{age},{age},{age}",
    "{1f} {status} {status} {status}",
    "{2f}\t{time}\t{time}\t{status}",
    "{1n}\t{status}\t{age}",
    "会員 {1r}",
    "MR {1r}",
    "NAME {1r}",
    "SIGNATURE {1r} {date}",
    "{1r} / {org}",
    "{1g}",
    "{1f}",
    "{1}",
    "{1k}",
    "{1h}",
    "氏名:{1}",
    "氏名 {1}",
    "氏　名 {1s} 印",
    "お名前：{1}様",
    "申請者氏名 {1}",
    "名前: {1r}",
    "フリガナ {1k}",
    "ふりがな:{1h}",
    "氏名（カナ）{1k}",
    "Name: {1r}",
    "氏名 {1} ({1k})",
    "{1}（{1h}）",
    "{1}({1r})",
    "担当:{1f}",
    "担当者：{dept} {1f}",
    "担当 {1}（内線{num}）",
    "{dept}　{1}",
    "{dept} {role} {1}",
    "{org} {1}様",
    "{org} {dept} {1f}様",
    "{org}の{1f}です。",
    "お世話になっております。{org}の{1f}です。",
    "{1f}です。よろしくお願いします。",
    "{1f}様",
    "{1}様",
    "{1} 殿",
    "{1f}さん、{2f}さん",
    "{1f}さんへ",
    "{1f}先生",
    "{1}氏",
    "{1g}ちゃんのお迎え",
    "{1g}くんは{word}を休みました。",
    "{1}君",
    "{1f}{role}",
    "{1f}{role}より{word}の指示あり。",
    "出席者:{1f}、{2f}、{3f}",
    "出席者：{1}、{2}、{3}、{4}",
    "出席: {1f}{role}、{2f}{role}、{3f}",
    "欠席 {1f}",
    "参加者 {1} {2} {3}",
    "司会 {1f} 書記 {2f}",
    "議長（{1}）",
    "{1f}委員 {word}について質問したい。",
    "○{1f}委員 {word}の件はどうか。",
    "◯{role}({1f}君) お答えします。",
    "【{1f}】{word}を{word}しました。",
    "[{time}] {1f}: {word}の件、了解です",
    "{time} {1f} {word}お願いします",
    "{1f} {time}\n{word}しておきます",
    "> {1f}さん\n> {word}の件です",
    "@{1f} {word}の確認お願いします",
    "{date} {1f} {word}対応",
    "{date} {time} {1}より入電。{word}について問い合わせ。",
    "From: {1r} <{mail}>",
    "From: {1} <{mail}>",
    "To: {1}様 <{mail}>",
    "差出人: {1}",
    "宛先: {1}; {2}",
    "CC: {1f}, {2f}",
    "件名: {word}について({1f})",
    "-- \n{org}\n{dept} {1}\nTEL {tel}",
    "{1}\n{org}\n{addr}",
    "Best regards,\n{1r}",
    "Dear {1r},",
    "Hi {1g},",
    "{1r} wrote:",
    "昨日、{1}さんが{place}から来所し、{word}の{word}を申し出た。",
    "{1f}さんの{rel}の{2}さんから{word}の連絡があった。",
    "本日{1f}宅を訪問し、{word}を行った。",
    "{1}は{place}で{word}を担当している。",
    "{place}の{1}さん({age}歳)は、{word}の{word}を続けている。",
    "{1}さん（{age}）＝{place}＝が{word}した。",
    "{1f}さんは{word}後、{2f}さんと{word}について話した。",
    "{word}については{1f}が{word}する。",
    "{1f}より{word}の報告があった。",
    "{1f}と{2f}で{word}を行う予定。",
    "{1f}に{word}を依頼済み。",
    "{1f}が{word}、{2f}が{word}を担当。",
    "担当は{1f}、補助は{2f}とする。",
    "{1}と{2}が{place}で{word}した。",
    "{word}は{1f}・{2f}で対応する",
    "甲 {org} 代表取締役 {1}",
    "乙 {1s}",
    "代表者 {role} {1}",
    "委託者 {place}市長 {1}",
    "受託者 {org} {role} {1}",
    "保証人 {1} 続柄 {rel}",
    "{rel} {1} {date}生",
    "{rel}\t{1}\t{date}",
    "世帯主 {1} 世帯員 {2g} {3g}",
    "被保険者 {1} 生年月日 {date}",
    "患者:{1} {age}歳 {sex}",
    "主治医 {1f}医師",
    "ID {num} {1} 様 {sex} {date}生",
    "<td>{1}</td><td>{tel}</td>",
    '"name": "{1}"',
    "name={1r}",
    "氏名={1}",
    "user: {1r}",
    "| {1} | {dept} | {tel} |",
    "・{1}({dept})",
    "- {1}：{word}担当",
    "* {1f} {1g}",
    "1. {1} {tel}",
    "{num} {1} {date}",
    "({1})",
    "「{1}」と名乗る男性から電話",
    "口座名義 {1k}",
    "名義人:{1k}",
    "振込人 {1k}",
    "お届け先 〒{num} {addr} {1} 様",
    "著者 {1}",
    "講師：{1}({org} {role})",
    "{org}{role}の{1}氏を招き、{word}研修を行った。",
    "作詞は{1}、作曲は{2}。",
    "{1}監督の{thing}",
    "{1}（{date} - ）は、{place}出身の{role}。",
    "{1}（{1h}、{date} - ）は日本の{role}である。",
    "{thing}に{1}が出演した。",
    "{1f}容疑者を逮捕した。",
    "{1}選手が{thing}で優勝した。",
    "{1}は{thing}の{role}を務めた。",
    "{1g}は{place}へ向かった。",
    "緊急連絡先 {1}（{rel}）{tel}",
    "保護者 {1}",
    "児童 {1} 保護者 {2}",
    "{age}番 {1}",
    "{1} {age}歳",
    "{sex} {1} {date}",
    "相談者:{1}様 対応:{2f}",
    "受付:{1f} 承認:{2f} 決裁:{3f}",
    "作成 {1f} 確認 {2f}",
    "{date} 記入者 {1}",
    "報告者 {dept} {1}",
    "{1}{2}両名",
    "故 {1} 儀",
    "喪主 {1}",
    "{1f}家 ご一同",
    "{1}、{2}両氏",
]
_PLAIN = [
    "{brand} {product} {amount}",
    "{brand} {product}",
    "{brand}{product} {age}個",
    "{product},{brand},{amount}",
    "{brand}製{product}",
    "{status}\t{status}\t{status}",
    "{dept}\t{status}\t{status}",
    "{place}\t{age}\t{age}",
    "{kata}\t{status}\t{age}",
    "{word}",
    "{kata}",
    "{place}",
    "{org}",
    "{org} {dept}",
    "{org} 御中",
    "{dept} 各位",
    "関係者各位",
    "担当者様",
    "お客様各位",
    "ご担当者様",
    "{place}",
    "{place}支店",
    "{addr}",
    "住所 {addr}",
    "送付先：{addr}",
    "〒{num} {addr}",
    "TEL {tel} FAX {tel}",
    "{date}",
    "{date} {time}",
    "{date}　{place}にて",
    "{product} {amount}",
    "{product}\t{age}\t{amount}",
    "{code} {product} {age}個",
    "品名 {product} 数量 {age}",
    "{product}({product}付)",
    "{kata}{kata}",
    "{kata}の{word}",
    "{kata}{word}について",
    "{word}{word}委員会",
    "{word}の{word}を{word}する。",
    "{word}については{dept}が{word}する。",
    "{place}市では{word}の{word}を進めている。",
    "本市の{word}は{amount}である。",
    "第{age}条 {word}は、{word}の{word}を行うものとする。",
    "担当:{dept}",
    "担当 {dept}",
    "担当者：未定",
    "氏名",
    "氏名:",
    "氏名 (記入例)",
    "名前：　　　　　　　　印",
    "フリガナ",
    "代表者印",
    "部長 課長 係長 主任",
    "{role}",
    "{role} {role} {role}",
    "{dept}{role}",
    "{role}会議",
    "出席者: 各課{role}",
    "出席: {dept}、{dept}、{dept}",
    "参加者{age}名",
    "議題 {word}について",
    "場所 {room}",
    "場所:{place}{room}",
    "日時 {date} {time}から",
    "{thing}",
    "{thing}の{word}",
    "{thing}は{word}を{word}した。",
    "{org}は{place}で{word}を開始した。",
    "{org}と{org}が{word}で合意した。",
    "{org}の{kata}{product}",
    "{place}から{place}まで{age}分",
    "{place}線{place}駅",
    "{place}川の{word}",
    "{place}産{product}",
    "{place}大学{word}学部",
    "{place}病院{kata}科",
    "{place}小学校 {age}年",
    "{org}{place}工場",
    "{latin} {latin} {num}",
    "{latin}: {latin}",
    "{latin} {latin}",
    "{latin} {latin} {latin}",
    "ERROR {latin} {kata} {num}",
    "{date} INFO {latin} {code}",
    "def {word}(): pass",
    "import {latin}",
    "version = {num}",
    "{kata}を{kata}に{word}してください。",
    "「{kata}」ボタンを押します。",
    "{drug}錠 1日{age}回 {age}日分",
    "{drug}を{word}",
    "処方:{drug}、{drug}",
    "{word}費 {amount}",
    "合計 {amount}",
    "小計,{amount}",
    "消費税 {amount}",
    "件名: {word}の{word}について",
    "Re: {word}の件",
    "お世話になっております。",
    "よろしくお願いいたします。",
    "以上",
    "記",
    "敬具",
    "拝啓 時下ますますご清栄のこととお慶び申し上げます。",
    "下記のとおり{word}しますので、ご{word}ください。",
    "標記の件について、{word}します。",
    "{word}の{word}が必要です。",
    "なお、{word}は{date}までに{dept}へ{word}してください。",
    "東西南北",
    "大小",
    "上下左右",
    "和田アキラ式{word}",
    "日本人の{word}",
    "森林の{word}",
    "林業{word}",
    "山口県{word}",
    "高田馬場",
    "小林市役所",
    "松本城の{word}",
    "福田地区{word}会",
    "石川県庁",
    "千葉銀行{place}支店",
    "三井住友銀行",
    "中村屋",
    "伊藤園",
    "山崎製パン",
    "本田技研",
    "森永乳業",
    "大塚製薬",
    "武田薬品",
    "小野薬品",
    "松屋 {place}店",
    "高島屋",
    "吉野家",
    "原因",
    "今井町{age}番地",
    "西田橋 {word}工事",
    "田中町自治会",
    "桜台 団地",
    "みどり 公園",
    "ひかり 号",
    "のぞみ {age}号",
    "さくら 保育園",
    "あおい {kata}",
    "{kata} {kata}",
    "{kata}・{kata}",
    "{kata}・{word}",
    "健康 {word}",
    "長男",
    "次女",
    "本人 世帯主",
    "男 {age}歳",
    "{age}歳 女性",
    "明治 大正 昭和 平成 令和",
    "月 火 水 木 金",
    "一郎丸{word}",
    "誠に{word}",
    "正確に{word}",
    "真実",
    "幸福の{word}",
    "愛知県{word}",
    "和歌山城",
    "光ファイバー",
    "進捗 {status}",
    "勝手口",
    "恵方巻",
    "仁和寺",
    "直接{word}する",
    "大介護時代",
    "陽性",
    "薫製",
    "優先{word}",
    "忍者",
    "武道館",
    "司会進行",
    "学校法人",
    "千葉 埼玉 茨城",
    "茨城 栃木 群馬",
    "秋田 山形 宮城",
    "長崎 佐賀 大分",
    "宮崎 鹿児島",
    "福島 郡山",
]
