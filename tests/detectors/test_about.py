"""Whose a value is: every kind that raises nothing has a twin about persons that does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.checkdigits import mobile
from detectors.engine import Engine
from detectors.evidence.words import heading_class, kind_of_text, role_mailbox
from detectors.interface import About
from detectors.tables.builder import LayoutBuilder

PEOPLE = ("山田 太郎", "佐藤 花子", "高橋 健一", "鈴木 美咲", "渡辺 直樹", "伊藤 彩", "小林 大輔", "加藤 由美")
FACILITIES = (
    "中央公民館",
    "東部図書館",
    "緑ヶ丘保育園",
    "南小学校",
    "市民体育館",
    "西クリニック",
    "港公園",
    "北部センター",
)
FIRMS = (
    "株式会社青空商事",
    "有限会社山川工務店",
    "丸山食品(株)",
    "東雲設備株式会社",
    "合同会社みどり",
    "㈱中央印刷",
    "北星運輸株式会社",
    "松原建設(有)",
)


def _phone(n: int) -> str:
    return f"03-3501-{1200 + n:04d}"


def _mobile(n: int) -> str:
    return f"090-2345-{1200 + n:04d}"


def _address(n: int) -> str:
    return f"東京都八王子市明神町{n + 1}-{n + 3}-{n + 5}"


def _birth(n: int) -> str:
    return f"19{60 + n}年{n + 1}月{n + 2}日"


def _sheet(engine: Engine, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, set[str]]:
    """Entity → whose its values are, in a worksheet with these rows."""
    builder, text = LayoutBuilder(), ""
    table = builder.table()
    for number, row in enumerate([headings, *rows]):
        for column, cell in enumerate(row):
            builder.cell(table, number, column, len(text), len(text) + len(cell))
            text += cell + "\t"
        text += "\n"
    found: dict[str, set[str]] = {}
    for match in engine.analyze(text, builder.find_headers(text)).matches:
        found.setdefault(match.entity, set()).add(str(match.about))
    return found


def _text(engine: Engine, text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in engine.analyze(text).matches:
        found.setdefault(match.entity, set()).add(str(match.about))
    return found


def _raises(found: dict[str, set[str]]) -> bool:
    return any("person" in whose for entity, whose in found.items() if entity != "JP_POSTAL_CODE")


BODIES: dict[str, tuple[Sequence[str], Sequence[Sequence[str]]]] = {
    "施設一覧": (("施設名", "所在地", "電話番号"), [(f, _address(n), _phone(n)) for n, f in enumerate(FACILITIES)]),
    "open data": (
        ("市区町村コード", "名称", "名称_カナ", "住所", "緯度", "経度", "電話番号"),
        [("132012", f, "サカモトコウエン", _address(n), "35.65", "139.3", _phone(n)) for n, f in enumerate(FACILITIES)],
    ),
    "取引先一覧": (
        ("取引先名", "住所", "TEL", "FAX"),
        [(f, _address(n), _phone(n), _phone(n + 50)) for n, f in enumerate(FIRMS)],
    ),
    "heads of offices": (
        ("事業所名", "所在地", "電話番号", "メール"),
        [(f, _address(n), _phone(n), f"info@shop{n}.example.jp") for n, f in enumerate(FIRMS)],
    ),
    "shops with few mobile numbers": (
        ("店名", "住所", "電話番号", "営業時間", "定休日"),
        [
            (f"{p[:2]}商店", _address(n), _mobile(n) if n == 1 else _phone(n), "9:00-17:00", "水曜")
            for n, p in enumerate(PEOPLE)
        ],
    ),
    "stops": (
        ("stop_id", "stop_name", "stop_lat", "stop_lon"),
        [(str(n), p[:2], "34.3", "134.0") for n, p in enumerate(PEOPLE)],
    ),
    "register of firms": (
        ("商号", "代表者名", "所在地", "電話番号"),
        [(f, p, _address(n), _phone(n)) for n, (f, p) in enumerate(zip(FIRMS, PEOPLE, strict=True))],
    ),
    "members of a council": (("議席番号", "氏名", "会派"), [(str(n), p, "市政会") for n, p in enumerate(PEOPLE)]),
    "offices and who holds them": (
        ("役職", "氏名"),
        [(o, p) for o, p in zip(("市長", "副市長", "教育長", "議長", "代表監査委員"), PEOPLE, strict=False)],
    ),
    "books": (
        ("書名", "著者", "出版社", "価格"),
        [(f"{f}の歩み", p, "青空書房", "1,800") for f, p in zip(FACILITIES, PEOPLE, strict=True)],
    ),
    "lords of the past": (("代", "氏名", "生没年"), [(str(n), p, f"16{n}0-16{n + 3}0") for n, p in enumerate(PEOPLE)]),
    "answers of a survey": (
        ("性別", "年代", "問1 治療中の病気", "問2 よく行く公園"),
        [("女", "40代", "糖尿病", f"{p[:2]}公園") for p in PEOPLE],
    ),
    "towns": (("町名", "世帯数", "人口"), [(f"{p[:2]}町", str(100 + n), str(300 + n)) for n, p in enumerate(PEOPLE)]),
    "words in four languages": (
        ("日本語", "英語", "中国語(簡体)", "韓国語"),
        [(p[:2], "Street", p[:2], "길") for p in PEOPLE],
    ),
    "translations": (("trans_id", "lang", "translation"), [(p[:2], "ja", p[:2]) for p in PEOPLE]),
}
PERSONS: dict[str, tuple[Sequence[str], Sequence[Sequence[str]]]] = {
    "職員住所録": (("氏名", "住所", "電話番号"), [(p, _address(n), _phone(n)) for n, p in enumerate(PEOPLE)]),
    "個人事業主": (
        ("屋号", "氏名", "住所", "電話番号"),
        [(f"{p[:2]}商店", p, _address(n), _phone(n)) for n, p in enumerate(PEOPLE)],
    ),
    "contacts of firms": (
        ("会社名", "担当者", "電話"),
        [(f, p, _phone(n)) for n, (f, p) in enumerate(zip(FIRMS, PEOPLE, strict=True))],
    ),
    "民生委員名簿": (("氏名", "担当地区", "電話番号"), [(p, "明神町一丁目", _phone(n)) for n, p in enumerate(PEOPLE)]),
    "users of facilities": (
        ("施設名", "利用者氏名", "生年月日", "住所"),
        [(f, p, _birth(n), _address(n)) for n, (f, p) in enumerate(zip(FACILITIES, PEOPLE, strict=True))],
    ),
    "pupils": (
        ("学校名", "学年", "氏名", "住所", "自宅電話"),
        [("南小学校", "3", p, _address(n), _phone(n)) for n, p in enumerate(PEOPLE)],
    ),
    "groups reached by mobile": (("団体名", "連絡先"), [(f"{f}友の会", _mobile(n)) for n, f in enumerate(FACILITIES)]),
    "neighbourhoods and their heads": (
        ("自治会名", "会長名", "電話番号"),
        [(f"明神町{n}丁目自治会", p, _phone(n)) for n, p in enumerate(PEOPLE)],
    ),
    "proprietors beside their shops": (
        ("営業者名", "営業所名", "営業所所在地"),
        [(p, f"{p[:2]}食堂", _address(n)) for n, p in enumerate(PEOPLE)],
    ),
    "members of a council at home": (
        ("議席番号", "氏名", "住所"),
        [(str(n), p, _address(n)) for n, p in enumerate(PEOPLE)],
    ),
    "readers of books": (("書名", "貸出者氏名"), [(f"{f}の歩み", p) for f, p in zip(FACILITIES, PEOPLE, strict=True)]),
    "patients": (
        ("氏名", "性別", "年齢", "治療中の病気"),
        [(p, "女", str(40 + n), "糖尿病") for n, p in enumerate(PEOPLE)],
    ),
    "patients by number": (
        ("患者番号", "性別", "年齢", "病名"),
        [(str(10_000 + n), "女", str(40 + n), "糖尿病") for n in range(8)],
    ),
    "who counted the wares": (
        ("品名", "数量", "確認"),
        [(f"用紙{n}", str(n), p[:2]) for n, p in enumerate(PEOPLE)],
    ),
    "posts of an office": (
        ("役職", "氏名"),
        [(o, p) for o, p in zip(("課長", "係長", "主査", "主任", "主事"), PEOPLE, strict=False)],
    ),
    "complaints": (
        ("受付日", "場所", "内容"),
        [(f"4月{n + 1}日", "明神町", f"{p[:2]}さんから騒音の苦情") for n, p in enumerate(PEOPLE)],
    ),
}


@pytest.mark.parametrize("kind", BODIES)
def test_tables_of_bodies_raise_nothing(balanced: Engine, kind: str) -> None:
    assert not _raises(_sheet(balanced, *BODIES[kind]))


@pytest.mark.parametrize("kind", PERSONS)
def test_their_twins_about_persons_do(balanced: Engine, kind: str) -> None:
    assert _raises(_sheet(balanced, *PERSONS[kind]))


def test_addresses_and_telephones_of_a_roster_are_the_persons_own(balanced: Engine) -> None:
    for kind in ("職員住所録", "個人事業主", "民生委員名簿", "users of facilities", "pupils"):
        found = _sheet(balanced, *PERSONS[kind])
        assert all(whose == {"person"} for whose in found.values()), (kind, found)


def test_what_no_sample_row_holds_is_a_bodys_too(balanced: Engine) -> None:
    rows = [(f"第{n}公園", _address(n), "メール midori@example.com" if n == 51 else "") for n in range(90)]
    found = _sheet(balanced, ("公園名", "所在地", "備考"), rows)
    assert found["EMAIL_ADDRESS"] == {"organisation"}


def test_a_column_of_both_is_judged_row_by_row(balanced: Engine) -> None:
    rows = [(who, _phone(n)) for n, who in enumerate([*PEOPLE[:4], *FIRMS[:4]])]
    assert _sheet(balanced, ("届出者名", "電話番号"), rows)["PHONE_NUMBER"] == {"person", "organisation"}


def test_work_numbers_of_a_roster_are_the_offices(balanced: Engine) -> None:
    rows = [(p, _birth(n), _phone(n), _phone(n + 50)) for n, p in enumerate(PEOPLE)]
    found = _sheet(balanced, ("氏名", "生年月日", "自宅電話", "勤務先電話"), rows)
    assert found["PHONE_NUMBER"] == {"person", "organisation"}


TEXTS_OF_BODIES = (
    "被害者Bは、加害者甲を知らない。",
    "お問い合わせ\n市民課 戸籍係\n電話 03-3501-1234（代表）\nメール shimin@city.example.lg.jp",
    "中央公民館\n東京都八王子市明神町3-4-5\nTEL 03-3501-1234 FAX 03-3501-1235",
    "会場：東京都八王子市明神町3-4-5",
    "株式会社青空商事 営業部 03-3501-1234",
    "事務局 jimukyoku@example.jp まで",
    "教育長 山田太郎",
    "市長　佐藤 健一",
    "振込先 青空銀行 八王子支店 普通 1234567 口座名義 カ)アオゾラシヨウジ",
    "八王子市長　様",
    "松原こども園　休園のお知らせ",
    "品名：山田 つばき油\n数量：12",
    "品名　山田 つばき油\n数量　12",
    "- hinmei: 山田 食パン\n  order_no: 661164857178",
    '[{"stop_name": "田尻", "stop_lat": 34.8}, {"stop_name": "坂本", "stop_lat": 34.9}]',
)
TEXTS_OF_PERSONS = (
    "お問い合わせ\n市民課 戸籍係\n電話 03-3501-1234（代表）\n担当 山田 太郎",
    "氏名 山田 太郎\n住所 東京都八王子市明神町3-4-5\nTEL 03-3501-1234",
    "転居先：東京都八王子市明神町3-4-5",
    "山田 太郎（株式会社青空商事 営業部）090-3501-1234",
    "taro.yamada@example.jp まで",
    "教育長 山田太郎 自宅 03-3501-1234",
    "市長　佐藤 健一　東京都八王子市明神町3-4-5",
    "振込先 青空銀行 八王子支店 普通 1234567 口座名義 山田 太郎",
    "松原 健一　こども園　休園のお知らせ",
    "携帯 090-1234-5678",
    "品名：山田様 つばき油\n数量：12",
    '[{"shimei": "山田 太郎", "stop_name": "坂本"}]',
)


@pytest.mark.parametrize("text", TEXTS_OF_BODIES)
def test_texts_about_bodies_and_offices_raise_nothing(balanced: Engine, text: str) -> None:
    assert not _raises(_text(balanced, text))


@pytest.mark.parametrize("text", TEXTS_OF_PERSONS)
def test_their_twins_about_persons_do_too(balanced: Engine, text: str) -> None:
    assert _raises(_text(balanced, text))


def test_an_application_belongs_to_the_person_below_not_to_the_office_above(balanced: Engine) -> None:
    text = "（宛先）八王子市役所\n住所　東京都八王子市明神町3-4-5\n氏名　山田 太郎\n電話　03-3501-1234"
    found = _text(balanced, text)
    assert found["JP_ADDRESS"] == found["PHONE_NUMBER"] == {"person"}


def test_a_law_is_about_nobody_and_a_contract_about_its_parties(balanced: Engine) -> None:
    law = (
        "".join(f"第{n}条 牧野の管理については、前条第二項の規定を準用する。\n" for n in range(1, 30))
        + "附則\nこの法律は、公布の日から施行する。\n"
    )
    contract = "".join(f"第{n}条 甲は、前条第二項の規定により乙に支払う。\n" for n in range(1, 30))
    assert not _raises(_text(balanced, law))
    assert _raises(_text(balanced, contract + "乙 住所 東京都八王子市明神町3-4-5 氏名 山田 太郎\n"))


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("info@example.co.jp", True),
        ("soumu-ka@city.example.lg.jp", True),
        ("kikaku2@example.jp", True),
        ("kosodate@pref.example.lg.jp", True),
        ("taro.yamada@example.co.jp", False),
        ("yamada@city.example.lg.jp", False),
        ("k.suzuki1985@example.ne.jp", False),
    ],
)
def test_role_mailboxes(address: str, role: bool) -> None:
    assert role_mailbox(address) is role


@pytest.mark.parametrize(
    ("number", "is_mobile"),
    [
        ("090-1234-5678", True),
        ("+81 90-1234-5678", True),
        ("+81(0)80 2231 4476", True),
        ("9012345678", True),
        ("03-1234-5678", False),
        ("+81 3 1234 5678", False),
        ("050-3333-4545", False),
    ],
)
def test_mobile_numbers(number: str, is_mobile: bool) -> None:
    assert mobile(number) is is_mobile


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("生年月日", "private"),
        ("品名", "body"),
        ("緯度", "thing"),
        ("所在地_町字", "place"),
        ("代表者名", "head"),
        ("担当者", "contact"),
        ("勤務先電話番号", "office"),
        ("氏名", ""),
    ],
)
def test_classes_of_headings(heading: str, expected: str) -> None:
    assert heading_class(heading) == expected


@given(st.text(max_size=400))
def test_any_text_has_a_kind_or_none(text: str) -> None:
    assert kind_of_text(text) in ("", "law", "history", "survey")


@given(
    st.lists(
        st.sampled_from(["山田太郎", "03-3501-1234", "\n", "株式会社青空", "市長", "住所", "東京都港区芝1-2-3", "\t"]),
        max_size=30,
    )
)
def test_identifiers_and_values_keep_one_answer(pieces: list[str]) -> None:
    text = " ".join(pieces)
    matches = Engine("quick").analyze(text).matches
    assert all(isinstance(m.about, About) for m in matches)
    assert [m.about for m in Engine("quick").analyze(text).matches] == [m.about for m in matches]
