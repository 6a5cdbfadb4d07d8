"""Invented office texts with marked names: forms, tables, mails, minutes, logs, letters, and as many without anybody.

A template is a line or a text with slots. ``{1}`` … ``{4}`` are persons in their own script, with a letter behind for
another spelling: f surname, g given name, k katakana, K and G its halves, h hiragana, e given name as among friends, r romaji, s spaced, n unspaced. Other slots are
things. The test set of the benchmarks has templates of its own; none stands in both.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from detectors.names.romaji import ENGLISH
from detectors.person_labels import STRONG
from detectors.training import names
from detectors.training.catalogue import catalogue
from detectors.training.jumble import jumbled
from detectors.training.marked import Text, behind, joined

_SLOT = re.compile(r"\{(\w+)\}")
_HIRA = {v: k for k, v in names._KATAKANA.items()}
_DEPTS = "総務課 人事課 経理部 営業部 営業第一課 開発部 市民課 税務課 福祉課 健康増進課 子育て支援課 介護保険課 教育委員会 土木課 建設部 企画課 広報室 情報政策課 品質保証部 製造部 購買課 法務部 監査室 お客様相談室 総務部人事課 住民課 会計室 議会事務局 秘書課 契約課 施設管理課 看護部 リハビリ科 医事課 薬剤部 図書館 学生課 教務課 研究推進課 サポートセンター".split()
_ROLES = "部長 課長 係長 主任 主査 室長 次長 社長 専務 理事 委員長 委員 会長 副会長 書記 議長 教授 准教授 講師 医師 看護師 薬剤師 保健師 主事 参事 所長 店長 園長 校長 教諭 班長 リーダー マネージャー 担当 代表取締役 支店長 副市長 市長".split()
_HONORIFICS = "様 さん 氏 殿 先生 くん ちゃん さま".split()
_ORG_WORDS = "商事 工業 建設 電機 製作所 物産 運輸 食品 不動産 印刷 システム 工務店 産業 製菓 薬品 クリニック 税理士事務所 法律事務所 歯科医院 内科 整形外科 保育園 小学校 中学校 高等学校 酒店 書店 自動車 金属 化学 設備 商店 旅館 塗装 造園 不動産 鉄工所 米店 電気 水産 農園 牧場 ホールディングス 学習塾 珈琲店 薬局 美容室".split()
_PLACES = "東京 大阪 名古屋 横浜 札幌 福岡 仙台 広島 京都 神戸 千葉 埼玉 川崎 新潟 静岡 岡山 熊本 鹿児島 那覇 松山 高松 金沢 富山 長野 山形 秋田 青森 盛岡 福島 宇都宮 前橋 水戸 甲府 岐阜 津 大津 奈良 和歌山 鳥取 松江 山口 徳島 高知 佐賀 長崎 大分 宮崎 渋谷 新宿 池袋 品川 上野 秋葉原 立川 町田 藤沢 船橋 柏 大宮 川越 豊田 豊橋 岡崎 一宮 四日市 姫路 西宮 尼崎 倉敷 福山 久留米 佐世保 石川 山梨 宮城 岩手 中野 杉並 世田谷 練馬 板橋 足立 葛飾 三田 森下 中村区 青山 赤坂 原宿 恵比寿 目黒 大森 蒲田 小岩 松本 長岡 高崎 小山 藤枝 三島 本庄 飯田 須坂 高山 石巻 白石 福井 宮古 久慈 大船渡".split()
_PRODUCTS = "ノートパソコン プリンター トナーカートリッジ コピー用紙 ボールペン クリアファイル デスクトップ モニター キーボード USBメモリ マウス ホワイトボード 会議用テーブル オフィスチェア シュレッダー スキャナー LEDランプ 単三電池 延長コード ラベルシール ホチキス 蛍光マーカー 付箋 封筒 段ボール 手袋 マスク 消毒液 体温計 ミネラルウォーター コーヒー 緑茶 カレンダー ロッカー 台車 はさみ のり テープ インクカートリッジ 電卓 名刺 ハンドソープ トイレットペーパー モンブラン さくらんぼ みかん ひまわり あおぞら はなみずき コスモス アマゾン デイジー サクラクレパス マッキー ペリカン モリサワ ミドリ パイロット ゼブラ".split()
_WORDS = "予算 計画 会議 資料 報告 確認 検討 対応 調整 実施 変更 申請 契約 納品 発注 検収 請求 支払 決裁 起案 承認 開催 説明 提出 作成 点検 更新 移行 導入 評価 分析 集計 調査 訪問 相談 指導 研修 採用 異動 退職 面接 給与 手当 休暇 出張 旅費 備品 清掃 防災 避難 訓練 広報 行事 選挙 投票 税金 保険 年金 介護 保育 入園 入学 卒業 健診 予防接種 検査 診察 治療 手術 入院 退院".split()
_FACILITIES = "小学校 中学校 高校 公民館 会館 センター 体育館 公園 団地 橋 川 山 寺 神社 病院 医院 保育園 図書館 ホール 工場 支所 通り 台 温泉 城 トンネル 踏切 ダム 浄水場 停留所".split()
_SHOPS = "商店 珈琲 米店 酒造 製菓 工務店 土木 組 建設 農園 水産 旅館 薬局 電器 自動車 運輸 石材 園芸 製鋼 金属 鉄工 製麺 食堂 書店 印刷 設計 塗装 木材 クリーニング 不動産 塾 パイプ 商事 物産".split()
_GOODS = "ネジ コネクタ ポンプ モーター バルブ コンデンサ 鉛筆 ノート 醤油 味噌 食パン カメラ 時計 ミシン 発電機 ストーブ ルーター 電卓 農機 H形鋼 ケーブル 印鑑 まんじゅう 豆腐 牛乳 カステラ".split()
_THEORIES = "法 方式 式 モデル アルゴリズム 定理 理論 変換 推定 検定 分布 係数 曲線 効果 距離 連鎖 行列 法則 型 図 プロトコル 反応 試験 テスト メソッド スケール 指数".split()
_HEADS = "番号 No 住所 電話 電話番号 生年月日 性別 年齢 備考 摘要 金額 数量 単価 合計 日付 開始 終了 進捗 状態 区分 種別 品名 型番 メーカー 所属 部署 役職 続柄 旧姓 勤務先 内容 件名 期限 結果 判定 身長 体重 血圧 地区 班 組 学年 順位 記録 コード 得意先名 会場 定員 曜日 時間 場所 タスク 科目 点数 評価 路線名 駅名 所在地 カモク シメイ カナ TEL FAX メール 登録日 更新日 経路 原因 処置 対応 要件 目的".split()
_BUILDINGS = "第一会議室 第二会議室 大会議室 市民ホール 中央公民館 文化会館 体育館 応接室 講堂 302会議室 本庁舎3階 別館 分室 Zoom Teams".split()
_KATA_COMMON = "データ システム サービス メール ファイル サーバー ネットワーク セキュリティ プロジェクト スケジュール ミーティング アンケート マニュアル レポート センター グループ チーム メンバー リスト コード エラー ログ テスト リリース バージョン アップデート インストール パスワード アカウント ユーザー デザイン コスト パターン ケース タイプ モデル オプション メニュー キャンセル アレルギー リハビリ カンファレンス デイサービス ショートステイ ヘルパー ケアプラン バイタル アセスメント トラブル クレーム キャンペーン イベント ボランティア スタッフ カウンター レンタル リース クラウド バックアップ ルーター アイスクリーム ハンバーグ カレーライス スパゲッティ インフルエンザ ワクチン ロキソニン ムコスタ アムロジピン メトホルミン ワーファリン カロナール フェラーリ トヨタ ホンダ スズキ マツダ カワサキ".split()


_KIN = "妻 夫 父 母 兄 弟 姉 妹 孫 娘 息子 子 児 祖父 祖母 叔父 伯母 姪 甥 義父 義母 長男 長女 次男 二女 三男 実母 養父 配偶者 友人 知人 同僚 上司 部下 後見人 隣人 親戚 保護者 委託児 対象児 里親 患者 利用者 家族".split()
_ENGLISH = sorted(word for word in ENGLISH if len(word) > 2)


class Office:
    """A seeded source of texts. ``things`` are names of organisations, places and works from open sentences, which
    look like persons and are none."""

    def __init__(self, seed: int, things: dict[str, list[str]] | None = None) -> None:
        self.chance = random.Random(seed)
        self._things = things or {}

    def text(self) -> Text:
        """One text of any kind; a third names nobody."""
        roll = self.chance.random()
        if roll < 0.25:
            return self._table()
        if roll < 0.50:
            return self._lines(_PERSONAL, 1, 9)
        if roll < 0.60:
            return self._lines(_PERSONAL + _PLAIN, 2, 10)
        if roll < 0.75:
            return jumbled(self)
        if roll < 0.83:
            return catalogue(self)
        if roll < 0.94:
            return self._paragraph()
        return self._lines(_PLAIN, 2, 10)

    def somebody(self) -> names.Name:
        return names.varied(self.chance, *(self._things.get(kind, ()) for kind in ("surname", "given", "abroad")))

    def heading(self) -> str:
        """A template that names nobody."""
        return self.chance.choice(_PLAIN)

    def _lines(self, templates: list[str], low: int, high: int) -> Text:
        count = self.chance.randint(low, high)
        people = [self.somebody() for _ in range(4)]
        parts, spans, at = [], [], 0
        for _ in range(count):
            piece = self.fill(self.chance.choice(templates), people)
            if self.chance.random() < 0.3:
                people = [self.somebody() for _ in range(4)]
            parts.append(piece.text)
            spans += [(a + at, b + at) for a, b in piece.spans]
            at += len(piece.text) + 1
        return Text("\n".join(parts), tuple(spans))

    def _paragraph(self) -> Text:
        """Sentences of records, letters and talks, one behind the other; a third names nobody."""
        chance = self.chance
        source = (_PLAIN_PROSE, _PROSE, _PROSE + _PLAIN_PROSE)[chance.randrange(3)]
        people = [self.somebody() for _ in range(4)]
        rows, line = [], Text("", ())
        for _ in range(chance.randint(1, 7)):
            line = behind(line, self.fill(chance.choice(source), people))
            if not line.text.endswith("。") or chance.random() < 0.3:
                rows.append(line)
                line = Text("", ())
            if chance.random() < 0.5:
                people = [self.somebody() for _ in range(4)]
        return joined([*rows, line] if line.text else rows)

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
            people = [self.somebody() for _ in range(2)]
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
        return joined(rows)

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
            return n.family if not foreign else chance.choice((n.family, n.given))
        if how == "R":
            return n.family_romaji
        if how == "g":
            return n.given
        if how == "e":
            return n.given if foreign else chance.choice((n.given, n.given_kana, n.given_kana.translate(_HIRA)))
        if how in ("K", "G"):
            if foreign:
                return n.family if how == "K" else n.given
            return n.family_kana if how == "K" else n.given_kana
        if how in ("k", "h"):
            if foreign:
                return f"{n.given}{chance.choice('・ ')}{n.family}"
            kana = n.family_kana + chance.choice((" ", " ", "", "　")) + n.given_kana
            return kana if how == "k" else kana.translate(_HIRA)
        if how == "r":
            return names.romaji(n, chance)
        if how == "s" and not foreign:
            return f"{n.family}{chance.choice(' 　')}{n.given}"
        if how == "n" and n.kind not in ("foreign", "mixed"):
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
                self.somebody().family,
                chance.choice(_PLACES),
                "".join(chance.choice("東西南北大新日本中央富士光和三栄") for _ in range(2)),
                chance.choice(_KATA_COMMON),
            )
        )
        core = base + chance.choice(_ORG_WORDS)
        return chance.choice(
            (
                core,
                core,
                f"株式会社{core}",
                f"{core}株式会社",
                f"(株){core}",
                f"有限会社{core}",
                f"{core}(株)",
                f"㈱{core}",
                f"（有）{core}",
            )
        )

    def _s_thing(self) -> str:
        kinds = [k for k in ("work", "place", "org", "event") if self._things.get(k)]
        return self.chance.choice(self._things[self.chance.choice(kinds)]) if kinds else self._s_product()

    def _s_fam(self) -> str:
        """A surname that means no person: in the name of a place, a shop, a theory."""
        n = self.somebody()
        return n.family if n.kind == "japanese" else self.chance.choice(_PLACES)

    def _s_kfam(self) -> str:
        return self.chance.choice(names.KATAKANA_FAMILY)

    def _s_facility(self) -> str:
        return self.chance.choice(_FACILITIES)

    def _s_shop(self) -> str:
        return self.chance.choice(_SHOPS)

    def _s_town(self) -> str:
        """A place of the dictionary, by its bare name: many are surnames too."""
        return self._ours_or("town", _PLACES, 0.9)

    def _s_ware(self) -> str:
        """What brands, works, stations and firms of the dictionary are called."""
        return self._ours_or("ware", _PRODUCTS, 0.9)

    def _s_maid(self) -> str:
        """A given name that means no person."""
        n = self.somebody()
        return n.given if n.kind == "japanese" else self.chance.choice(_PLACES)

    def _s_goods(self) -> str:
        return self.chance.choice(_GOODS)

    def _s_theory(self) -> str:
        return self.chance.choice(_THEORIES)

    def _s_noun(self) -> str:
        return self._ours_or("noun", _WORDS)

    def _s_head(self) -> str:
        return self._ours_or("noun", _HEADS)

    def _s_lab(self) -> str:
        """A label that announces a name."""
        return self.chance.choice(STRONG)

    def _s_brand(self) -> str:
        """What makers and goods are called: often a surname, a place or a word of flowers and sky."""
        chance = self.chance
        n = self.somebody()
        return chance.choice(
            (
                n.family,
                n.family_kana or n.family,
                self._s_ware(),
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
        if chance.random() < 0.3:
            return self._s_town()
        return chance.choice(_PLACES) + chance.choice(("", "", "市", "駅", "区", "支店", "営業所", "地区", "県", "町"))

    def _s_addr(self) -> str:
        chance = self.chance
        town = chance.choice((chance.choice(_PLACES), self.somebody().family)) + chance.choice(
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
                f" {self.somebody().family}{chance.choice(('ビル', 'ハイツ', 'マンション', 'コーポ', '荘'))}{chance.randint(101, 909)}",
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
        n = self.somebody()
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
        return self._ours_or("deed", _WORDS)

    def _s_kata(self) -> str:
        return self._ours_or("loan", _KATA_COMMON)

    def _ours_or(self, kind: str, ours: list[str], share: float = 0.5) -> str:
        """A word of our own list or, as often as ``share`` says, one of the dictionary."""
        theirs = self._things.get(kind)
        return self.chance.choice(theirs if theirs and self.chance.random() < share else ours)

    def _s_room(self) -> str:
        return self.chance.choice(_BUILDINGS)

    def _s_sex(self) -> str:
        return self.chance.choice(("男", "女", "男性", "女性"))

    def _s_age(self) -> str:
        return str(self.chance.randint(1, 98))

    def _s_rel(self) -> str:
        return self.chance.choice("本人 妻 夫 長男 長女 次男 父 母 子 世帯主 祖母 同居人".split())

    def _s_kin(self) -> str:
        """What somebody is to somebody else."""
        return self.chance.choice(_KIN)

    def _s_status(self) -> str:
        return self.chance.choice("済 未 完了 確認中 保留 対応済 不備あり 可 ○ × - 要 あり なし".split())

    def _s_latin(self) -> str:
        if self.chance.random() < 0.5:
            return self.chance.choice(_ENGLISH).capitalize()
        return self.chance.choice(
            "Project Meeting Report Server Windows Excel Office Security Update System Tokyo Osaka Japan Monday April Total Address Version Manager Support Service Google Amazon Microsoft Adobe Canon Toyota Honda Suzuki Yamaha Kawasaki Error Warning File Data Code Status Order Product".split()
        )

    def _s_drug(self) -> str:
        return self.chance.choice(
            "アムロジピン ロキソニン メトホルミン カロナール ワーファリン タケキャブ リピトール 酸化マグネシウム プレドニン ムコダイン".split()
        )


_FOLDER = Path(__file__).with_name("templates")


def _templates(name: str) -> list[str]:
    """Lines of a template file; ``\\n`` and ``\\t`` stand for line end and tab."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return [line.replace("\\n", "\n").replace("\\t", "\t") for line in lines if line]


def _pairs(name: str) -> list[tuple[str, str]]:
    """(header, template of the cells) of a file of columns."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [(head, cell) for head, _, cell in (line.partition("\t") for line in lines if line)]


_NAME_COLUMNS = _pairs("name_columns")
_COLUMNS = _pairs("columns")
_PERSONAL = _templates("personal")
_PLAIN = _templates("plain")
_PROSE = _templates("prose")
_PLAIN_PROSE = _templates("plain_prose")
