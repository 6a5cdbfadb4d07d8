"""Our labelled set: invented office documents of 22 kinds and 8 kinds without anybody, seeded.

``documents(part)`` gives the same documents every time. Two thirds are for tuning (``dev``), one third is kept apart
(``test``): no training and no tuning reads it. The templates are others than those of ``detectors.training.office``.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import numbers
from benchmarks.office_values import DEPARTMENTS, ILLNESSES, ORGS, TOPICS, Document, Values
from detectors.training import names

PER_KIND = 18
SEED = 20261123


class Maker(Values):
    """Makes one document; every method named ``kind_…`` or ``clean_…`` is a kind."""

    def kind_csv_roster(self) -> None:
        columns = self.c.sample(["kana", "address", "phone", "birth", "email", "number"], self.c.randint(2, 4))
        titles = {
            "kana": "フリガナ",
            "address": "住所",
            "phone": "電話番号",
            "birth": "生年月日",
            "email": "メール",
            "number": "個人番号",
        }
        self.d.add(",".join(["No", "氏名", *(titles[k] for k in columns), "備考"]) + "\n")
        for i in range(self.c.randint(4, 10)):
            n = self.person()
            self.d.add(f"{i + 1},").put("PERSON", self.full(n))
            for k in columns:
                self.d.add(",")
                self._cell(k, n)
            self.d.add(f",{self.c.choice(('', '済', '要連絡', '不備あり'))}\n")

    def _cell(self, k: str, n: names.Name) -> None:
        if k == "kana":
            self.d.put("PERSON", n.kana) if n.kind != "foreign" else self.d.put("PERSON", f"{n.given} {n.family}")
        elif k == "address":
            self.d.put("JP_ADDRESS", self.address())
        elif k == "phone":
            self.d.put("PHONE_NUMBER", self.phone())
        elif k == "birth":
            self.d.put("DATE_OF_BIRTH", self.birth())
        elif k == "email":
            self.d.put("EMAIL_ADDRESS", self.email(n))
        else:
            self.d.put("JP_MY_NUMBER", self.grouped_number())

    def kind_tsv_without_header(self) -> None:
        for _ in range(self.c.randint(4, 9)):
            n = self.person()
            self.d.put("PERSON", f"{n.family} {n.given}" if n.kind != "foreign" else self.full(n), "\t").put(
                "JP_ADDRESS", self.address(), "\t"
            ).put("PHONE_NUMBER", self.phone(), "\n")

    def kind_application_form(self) -> None:
        n = self.person()
        self.d.add(
            f"{self.c.choice(('転出届', '住民票の写し等交付請求書', '利用登録申請書'))}\n令和8年{self.c.randint(1, 12)}月{self.c.randint(1, 28)}日\n\n（ふりがな）　"
        )
        if n.kind == "japanese":
            self.d.put("PERSON", n.kana.translate({v: k for k, v in names._KATAKANA.items()}))
        self.d.add("\n申請人氏名　").put("PERSON", self.full(n)).add("　㊞\n〒").put(
            "JP_POSTAL_CODE", self.postal()
        ).add("\nご住所　").put("JP_ADDRESS", self.address())
        self.d.add("\n日中の連絡先　").put("PHONE_NUMBER", self.phone()).add("\n生年月日　").put(
            "DATE_OF_BIRTH", self.birth()
        ).add("　性別　男・女\n")
        if self.c.random() < 0.5:
            self.d.add("個人番号　").put("JP_MY_NUMBER", " ".join(numbers.my_number(self.c))).add("\n")
        self.d.add("※太枠の中を記入してください。\n")

    def kind_mail(self) -> None:
        a, b = self.person(), self.person()
        org = self.c.choice(ORGS)
        self.d.add("差出人: ").put("PERSON", self.full(a)).add(" <").put("EMAIL_ADDRESS", self.email(a)).add(
            f">\n件名: {self.c.choice(TOPICS)}の件\n\n{self.c.choice(DEPARTMENTS)}　"
        ).put("PERSON", b.family if b.kind != "foreign" else b.given)
        self.d.add(f"様\n\nいつもお世話になっております。{org}の").put(
            "PERSON", a.family if a.kind != "foreign" else a.given
        ).add(
            f"でございます。\n先日ご相談しました{self.c.choice(TOPICS)}について、資料をお送りします。\nご不明な点は下記までお願いいたします。\n\n--\n{org}\n"
        ).put("PERSON", self.full(a))
        self.d.add("\n").put("JP_ADDRESS", self.address()).add("\nTEL：").put("PHONE_NUMBER", self.phone()).add("\n")

    def kind_minutes(self) -> None:
        people = [self.person() for _ in range(4)]
        short = [n.family if n.kind != "foreign" else n.given for n in people]
        self.d.add(
            f"第{self.c.randint(1, 40)}回 {self.c.choice(('運営', '調整', '安全衛生'))}会議 議事要旨\n日 時：令和8年{self.c.randint(1, 12)}月{self.c.randint(1, 28)}日 14:00～15:30\n出席者："
        )
        for i, s in enumerate(short):
            self.d.put("PERSON", s).add(self.c.choice(("課長", "係長", "")) + ("、" if i < 3 else "\n"))
        for s in short[:3]:
            self.d.add("・").put("PERSON", s).add(
                f"{self.c.choice(('より', 'から', 'が'))}{self.c.choice(TOPICS)}について{self.c.choice(('報告があった', '説明した', '提案があった'))}。\n"
            )
        self.d.add("・次回までに").put("PERSON", short[3]).add("が素案をまとめる。\n")

    def kind_call_log(self) -> None:
        for _ in range(self.c.randint(3, 6)):
            n, by = self.person(), self.person()
            self.d.add(f"{self.c.randint(9, 17)}:{self.c.randint(10, 59)} 入電　").put("PERSON", self.full(n)).add(
                "様（"
            ).put("PHONE_NUMBER", self.phone()).add(f"）{self.c.choice(TOPICS)}の問合せ。折返し希望。対応者 ").put(
                "PERSON", by.family if by.kind != "foreign" else by.given
            ).add("\n")

    def kind_chat(self) -> None:
        for _ in range(self.c.randint(4, 8)):
            n, m = self.person(), self.person()
            a = n.family if n.kind != "foreign" else n.given
            b = m.family if m.kind != "foreign" else m.given
            self.d.put("PERSON", a).add(
                f"  {self.c.randint(9, 18)}:{self.c.randint(10, 59)}\n{self.c.choice(('了解です', '承知しました', 'お疲れさまです'))}。{self.c.choice(TOPICS)}は"
            ).put("PERSON", b).add("さんにお願いしました\n")

    def kind_contract(self) -> None:
        n, m = self.person(), self.person()
        self.d.add(f"業務委託契約書\n{self.c.choice(ORGS)}（以下「甲」という。）と").put("PERSON", self.full(n)).add(
            "（以下「乙」という。）は、次のとおり契約を締結する。\n第1条 甲は、乙に対し、別紙の業務を委託する。\n\n甲　代表取締役　"
        ).put("PERSON", self.full(m)).add("\n乙　住所　").put("JP_ADDRESS", self.address()).add("\n　　氏名　").put(
            "PERSON", self.full(n)
        ).add("\n")

    def kind_medical_note(self) -> None:
        n, doctor = self.person(), self.person()
        self.d.add("患者氏名: ").put("PERSON", self.full(n)).add("  ").put("DATE_OF_BIRTH", self.birth()).add(
            "生  主治医: "
        ).put("PERSON", doctor.family if doctor.kind != "foreign" else doctor.given).add("\n保険者番号 ").put(
            "JP_HEALTH_INSURANCE", numbers.insurer(self.c)
        ).add("\n既往歴:").put("JP_SENSITIVE", self.c.choice(ILLNESSES)).add("\n次回予約 4週間後。\n")

    def kind_care_plan(self) -> None:
        n = self.person()
        self.d.add("居宅サービス計画書\n利用者名　").put("PERSON", self.full(n)).add("　殿　　生年月日　").put(
            "DATE_OF_BIRTH", self.birth()
        ).add("\n住所　").put("JP_ADDRESS", self.address()).add("\n被保険者番号（介護保険）　").put(
            "JP_CARE_INSURANCE", numbers.digits(self.c, 10)
        ).add("\n").put("JP_SENSITIVE", f"要介護{self.c.randint(1, 5)}").add(
            "\n居宅介護支援事業者 社会福祉法人ひだまり\n"
        )

    def kind_resident_record(self) -> None:
        self.d.add("住民票\n住所 ").put("JP_ADDRESS", self.address()).add("\n")
        for relation in ("世帯主", "妻", "長男")[: self.c.randint(1, 3)]:
            n = self.person()
            self.d.add("氏名 ").put("PERSON", self.full(n)).add("\n生年月日 ").put("DATE_OF_BIRTH", self.birth()).add(
                f"\n続柄 {relation}\n住民票コード "
            ).put("JP_RESIDENT_CODE", numbers.resident_code(self.c)).add("\n")

    def kind_letter(self) -> None:
        n = self.person()
        self.d.add("〒").put("JP_POSTAL_CODE", self.postal()).add("\n").put("JP_ADDRESS", self.address()).add("\n").put(
            "PERSON", self.full(n)
        ).add(
            "　様\n\n"
            + self.c.choice(DEPARTMENTS)
            + f"\n\n{self.c.choice(TOPICS)}のお知らせ\n\n日頃より市政にご協力いただきありがとうございます。\n"
        )

    def kind_shift_table(self) -> None:
        self.d.add("スタッフ\t月\t火\t水\t木\t金\n")
        for _ in range(self.c.randint(4, 8)):
            n = self.person()
            self.d.put("PERSON", n.family if n.kind != "foreign" else n.given).add(
                "".join("\t" + self.c.choice(("早", "遅", "夜", "休", "日")) for _ in range(5)) + "\n"
            )

    def kind_resume(self) -> None:
        n = self.person()
        self.d.add("履 歴 書\nふりがな\n氏　　名　").put("PERSON", self.full(n)).add("\n").put(
            "DATE_OF_BIRTH", self.birth()
        ).add(f"生（満{self.c.randint(20, 60)}歳）\n現住所　〒").put("JP_POSTAL_CODE", self.postal()).add("　").put(
            "JP_ADDRESS", self.address()
        ).add("\n携帯電話　").put("PHONE_NUMBER", self.phone()).add("\nE-mail　").put(
            "EMAIL_ADDRESS", self.email(n)
        ).add(
            f"\n\n平成{self.c.randint(5, 30)}年3月　県立中央高等学校 卒業\n免許・資格　普通自動車第一種運転免許 取得\n"
        )

    def kind_fixed_width(self) -> None:
        self.d.add("番号    氏名            電話番号\n")
        for i in range(self.c.randint(3, 8)):
            n = self.person()
            name = f"{n.family} {n.given}" if n.kind != "foreign" else self.full(n)
            self.d.add(f"{i + 1:04d}    ").put("PERSON", name).add(" " * max(2, 16 - 2 * len(name))).put(
                "PHONE_NUMBER", self.phone()
            ).add("\n")

    def kind_markdown(self) -> None:
        self.d.add("## 連絡先一覧\n\n| 氏名 | 所属 | 連絡先 |\n|---|---|---|\n")
        for _ in range(self.c.randint(3, 7)):
            n = self.person()
            self.d.add("| ").put("PERSON", self.full(n)).add(f" | {self.c.choice(DEPARTMENTS)} | ").put(
                "EMAIL_ADDRESS", self.email(n)
            ).add(" |\n")

    def kind_transfer_request(self) -> None:
        n = self.person()
        symbol, number = numbers.yucho(self.c)
        self.d.add("口座振込依頼書\n金融機関　みずほ銀行　新宿支店\n普通　").put(
            "JP_BANK_ACCOUNT", numbers.digits(self.c, 7)
        ).add("\n口座名義（カナ）　").put("PERSON", n.kana if n.kind != "foreign" else f"{n.given} {n.family}").add(
            "\nゆうちょ銀行の場合　記号 "
        ).put("JP_YUCHO_ACCOUNT", f"{symbol} 番号 {number}").add("\n請求金額 12,800円\n")

    def kind_identity_copy(self) -> None:
        n = self.person()
        self.d.add("本人確認記録\n対象者　").put("PERSON", self.full(n)).add("\n運転免許証番号　第").put(
            "JP_DRIVER_LICENSE", numbers.licence(self.c)
        ).add("号\n旅券番号　").put("JP_PASSPORT", f"T{self.c.choice('KRSZ')}{numbers.digits(self.c, 7)}").add(
            "\n在留カード番号　"
        ).put("JP_RESIDENCE_CARD", f"A{self.c.choice('BCD')}{numbers.digits(self.c, 8)}E{self.c.choice('FGH')}").add(
            "\n基礎年金番号　"
        ).put("JP_PENSION_NUMBER", f"{numbers.digits(self.c, 4)}-{numbers.digits(self.c, 6)}").add("\n")

    def kind_payroll(self) -> None:
        self.d.add("社員番号,氏名,マイナンバー,雇用保険被保険者番号\n")
        for i in range(self.c.randint(3, 7)):
            n = self.person()
            self.d.put("JP_PERSONAL_REFERENCE", f"E{1000 + i}").add(",").put("PERSON", self.full(n)).add(",").put(
                "JP_MY_NUMBER", numbers.my_number(self.c)
            ).add(",").put(
                "JP_EMPLOYMENT_INSURANCE",
                f"{numbers.digits(self.c, 4)}-{numbers.digits(self.c, 6)}-{self.c.randint(0, 9)}",
            ).add("\n")

    def kind_card_slip(self) -> None:
        n = self.person()
        self.d.add("ご利用明細\nカード番号 ").put(
            "CREDIT_CARD", numbers.grouped(numbers.card(self.c), 4, 4, 4, 4, mark=self.c.choice((" ", "-", "")))
        ).add("\nCARDHOLDER ").put("PERSON", f"{n.given_romaji.upper()} {n.family_romaji.upper()}").add(
            "\n有効期限 08/29\n注文番号 " + numbers.digits(self.c, 12) + "\n"
        )

    def kind_vehicle_register(self) -> None:
        self.d.add("使用者,車両番号,駐車区画\n")
        for i in range(self.c.randint(2, 6)):
            n = self.person()
            plate = f"{self.c.choice(('品川', '横浜', 'なにわ', '札幌', '川越'))} {self.c.choice(('300', '500', '580'))} {self.c.choice('あいうかきくさすせそたちつ')} {self.c.randint(10, 99)}-{self.c.randint(10, 99)}"
            self.d.put("PERSON", self.full(n)).add(",").put("JP_VEHICLE_PLATE", plate).add(f",B{i + 1}\n")

    def kind_narrative(self) -> None:
        n, m = self.person(), self.person()
        a = n.family if n.kind != "foreign" else n.given
        self.d.put("PERSON", self.full(n)).add(
            f"さん（{self.c.randint(30, 88)}）は、{self.c.choice(('春', '昨年の暮れ', '先月'))}に{self.c.choice(('長野', '大阪', '札幌'))}から移り住んだ。近所の"
        ).put("PERSON", self.full(m)).add(
            f"さんの紹介で{self.c.choice(TOPICS)}を手伝うようになり、「毎日が楽しい」と話す。"
        ).put("PERSON", a).add("さんの一日は朝の散歩で始まる。\n")

    # -- kinds without persons ---------------------------------------------------------------------------------------
    def clean_source(self) -> None:
        self.d.add(
            'import json\nfrom pathlib import Path\n\n\nclass Importer:\n    VERSION = "'
            + f"{self.c.randint(1, 9)}.{self.c.randint(0, 20)}.{self.c.randint(0, 9)}"
            + '"\n    timeout_ms = '
            + numbers.digits(self.c, 5)
            + '\n\n    def load(self, path: Path) -> dict:\n        # 住所コードから市区町村名を引く\n        return json.loads(path.read_text(encoding="utf-8"))\n\n\nTOKEN = "'
            + numbers.digits(self.c, 12)
            + '"\nBUILD = '
            + numbers.digits(self.c, 13)
            + "\n"
        )

    def clean_manual(self) -> None:
        self.d.add(
            f"第{self.c.randint(1, 9)}章 バックアップの設定\n\n1. 管理画面の「設定」を開き、「{self.c.choice(('スケジュール', 'サーバー', 'ネットワーク'))}」を選びます。\n2. 氏名の欄には管理者の表示名を入力できます(省略可)。\n3. ポート番号は {numbers.digits(self.c, 4)}、タイムアウトは {numbers.digits(self.c, 4)} ミリ秒が既定です。\n4. 型番 KX-{numbers.digits(self.c, 4)}-{numbers.digits(self.c, 4)} の場合は製造番号を確認してください。\n"
        )

    def clean_law(self) -> None:
        self.d.add(
            f"第{self.c.randint(2, 60)}条 個人番号利用事務等実施者は、個人番号の漏えい、滅失又は毀損の防止その他の個人番号の適切な管理のために必要な措置を講じなければならない。\n2 前項の規定は、障害者手帳の交付を受けた者に係る事務について準用する。\n附則(令和{self.c.randint(1, 8)}年{self.c.randint(1, 12)}月{self.c.randint(1, 28)}日条例第{self.c.randint(1, 90)}号)\n"
        )

    def clean_products(self) -> None:
        self.d.add("商品コード,品名,メーカー,単価,在庫\n")
        for _ in range(self.c.randint(5, 12)):
            self.d.add(
                f"49{numbers.digits(self.c, 11)},{self.c.choice(('ゼブラ 蛍光ペン', 'モリタ 保管庫', 'コクヨ ファイル', 'さくら ノート', 'ひまわり油', '山崎 食パン', '森永 ココア', '松本 醤油', 'フジ 電池'))} {self.c.choice(('5色', 'A4', '10枚', '大'))},{self.c.choice(ORGS)},{self.c.randint(80, 9000)},{self.c.randint(0, 300)}\n"
            )

    def clean_invoice(self) -> None:
        self.d.add(
            f"請求書\n請求書番号 {numbers.digits(self.c, 10)}\n{self.c.choice(ORGS)} 御中\n登録番号 T{numbers.digits(self.c, 13)}\n品名 数量 単価 金額\n保守作業 1 120,000 120,000\n消耗品 {self.c.randint(2, 40)} 450 {self.c.randint(900, 18000):,}\n合計 {self.c.randint(100000, 900000):,}円\nお支払期限 2026年{self.c.randint(1, 12)}月末日\n"
        )

    def clean_access_log(self) -> None:
        for _ in range(self.c.randint(6, 14)):
            self.d.add(
                f"2026-{self.c.randint(1, 12):02d}-{self.c.randint(1, 28):02d}T{self.c.randint(0, 23):02d}:11:09.{numbers.digits(self.c, 3)}Z INFO worker-{self.c.randint(1, 9)} request={numbers.digits(self.c, 12)} elapsed={numbers.digits(self.c, 4)}us trace={numbers.digits(self.c, 16)}\n"
            )

    def clean_shipping(self) -> None:
        self.d.add("出荷日,送り状番号,個口,サイズ,方面\n")
        for _ in range(self.c.randint(5, 12)):
            value = numbers.digits(self.c, 11)
            self.d.add(
                f"2026/{self.c.randint(1, 12)}/{self.c.randint(1, 28)},{numbers.grouped(value + str(int(value) % 7), 4, 4, 4)},{self.c.randint(1, 3)},{self.c.choice((60, 80, 100))},{self.c.choice(('関東', '関西', '東海', '九州'))}\n"
            )

    def clean_notice(self) -> None:
        self.d.add(
            f"{self.c.choice(DEPARTMENTS)}からのお知らせ\n\n{self.c.choice(('千葉', '石川', '山口', '宮城', '福島'))}県内の施設では、{self.c.choice(TOPICS)}に伴い受付時間を変更します。\n対象 市内にお住まいの65歳以上の方\n申込 各課窓口へ(平日9時から17時まで)\n問合せ 市役所代表 内線{numbers.digits(self.c, 4)}\n会場 {self.c.choice(('中央', '小林', '大野', '三田'))}公民館\n"
        )


def kinds() -> list[str]:
    """All kinds, with persons and without."""
    return [n for n in vars(Maker) if n.startswith(("kind_", "clean_"))]


def documents(part: str) -> list[Document]:
    """``dev`` (two thirds) or ``test`` (every third document)."""
    found: list[Document] = []
    for kind in kinds():
        for number in range(PER_KIND):
            if (number % 3 == 2) == (part == "test"):
                maker = Maker(kind, number, SEED)
                make: Callable[[], None] = getattr(maker, kind)
                make()
                found.append(maker.d)
    return found
