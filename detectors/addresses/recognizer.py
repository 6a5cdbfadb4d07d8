"""Finds addresses: [prefecture] municipality town number [building room], in prose, forms and cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.addresses.gazetteer import PREFECTURES, PREFECTURES_KANA, automaton
from detectors.context import label_of
from detectors.interface import Check, Match, View
from detectors.tables.layout import Table

_KN = "一二三四五六七八九十百〇"
_UNIT = r"(?:丁目(?:[東西南北](?=[0-9]))?|番地|番町|番丁|番|号|条通(?=[0-9])|条(?:[東西南北](?=[0-9一二三四五六七八九十])|(?![通町]|(?![一二三四五六七八九十])[一-龥]))|線[東西南北]?|街区|地割|丁(?![一-龥]))"
_NO_OTHER = r"(?!0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}(?![0-9])|[0-9]{4}-[0-9]{4,6}(?![0-9])|(?<= )(?:[0-9]{4} [0-9]{4}(?![0-9-])|[0-9]{3}-[0-9]{4}(?![0-9])))"
"""A telephone number, a postal code or a grouped number behind the last 号 is no part of the address."""
_STEP = rf"{_NO_OTHER}(?:[0-9]{{1,5}}|[{_KN}]{{1,4}}(?={_UNIT}))(?: ?{_UNIT}(?:[のノ]|[イロハニホヘトチリヌルワカヨタ甲乙丙丁](?=[0-9]))? ?| ?[-のノ] ?(?=[0-9])|[のノ](?=[{_KN}]{{1,3}}(?:丁目|番)))"
NUMBER = rf"(?:(?:{_STEP}){{0,5}}(?:{_NO_OTHER}[0-9]{{1,5}}(?![0-9]|,[0-9]{{3}}|の[町丸丁]|区)|[{_KN}]{{1,4}}(?=番地|番|号|丁目))(?: ?(?:番地|番|号(?!室)|丁目))?(?: ?[のノ] ?[0-9]{{1,4}})?|(?:{_STEP}){{1,5}}|無番地|番外地)"
_TOWN = r"(?:[^\s0-9,、。:;()（）「」\"'|<>=*/\\@?!・]|[0-9](?=の[町丸丁]|区)){0,18}?"
"""The name of a town; some have a digit in it (五十嵐2の町)."""
_BUILDING_WORD = (
    "ビルディング|ビル|庁舎|号館|号棟|センター|イースト|ウエスト|ウェスト|マンション|ハイツ|コーポ|荘|アパート|メゾン|レジデンス|タワー|ハウス|パレス|団地|寮|館|棟|ハイム|プラザ|コート|ヴィラ|ガーデン|テラス|住宅|会館|"
    "ホームズ|パーク|グランド|ステージ|フラット|ロイヤル|シティ|ヒルズ|スクエア|レジデンシア|ライオンズ|エステート|キャッスル|ドミール|サンハイツ|カーサ|ヴィレッジ|ビレッジ|クレスト"
)
_ROOM = (
    r"(?:[A-Za-z]{0,2}-?[0-9]{1,4}(?: ?号室| ?号| ?室|[FfBb]|階)?|[A-Z]棟 ?[0-9]{2,4}(?:号室?)?)(?![0-9-]|,[0-9]{3})"
)
_NAME = r"[一-龥々ァ-ヶーA-Za-zぁ-んIVX・&']"
BUILDING = (
    rf"(?: {{0,2}}(?:(?:[A-Z]{{2,6}} )?{_NAME}{{0,16}}?(?:[0-9]{{1,2}})?(?:{_BUILDING_WORD})[A-Za-z一-龥ァ-ヶーIVX0-9]{{0,12}}?(?: {{0,2}}(?:[A-Z0-9一-龥]{{1,3}}棟 ?)?{_ROOM})?"
    rf"|[ァ-ヶー・]{{3,16}}(?:[一-龥ァ-ヶーA-ZIVX]{{0,8}}) {{0,2}}{_ROOM}|[A-Za-z][A-Za-z' ]{{2,20}} {_ROOM}"
    rf"|[0-9]{{1,2}}(?:階|[Ff])|-[0-9]{{3,4}}(?:号室|号)?(?![0-9-])| [0-9]{{3,4}}(?:号室|号)?(?![0-9-]| ?[0-9]))"
    r"(?=$|[\s,、。()（）「」\"'|<>;:/]|[ぁ-ん]|様|宛|在住|居住|方))"
)
_LOT = r"(?P<lot>第(?=[0-9]{1,3}地割)|(?<![ァ-ヶ])[イロハニホヘトチリヌルヲワカヨタレソツネナラムウ]の?(?=[0-9]))?"
"""Before the numbers of Iwate (第21地割170番地) and of Ishikawa (ヌの1の1)."""
_TAIL = re.compile(rf"(?P<town>{_TOWN}) ?(?P<number>{_LOT}{NUMBER})(?P<building>{BUILDING})?")
_SECOND_LINE = re.compile(
    rf"[ \t]*\r?\n[ \t]{{0,16}}(?:{_NAME}{{0,16}}(?:{_BUILDING_WORD})[A-Za-zァ-ヶーIVX]{{0,8}}|[ァ-ヶー・]{{3,16}}[一-龥A-Z]{{0,6}}) ?{_ROOM}(?=[ \t\r]*(?:\n|\Z))"
)
"""The building and the room by themselves on the line below."""
_BROKEN = re.compile(
    rf"(?P<first>[一-龥ぁ-んァ-ヶ々]{{0,12}})[ \t]*\r?\n[ \t]{{0,16}}(?P<town>[一-龥ぁ-んァ-ヶ々]{{0,10}}?) ?(?=[0-9{_KN}]{{1,5}} ?(?:丁目|番|号|-)){NUMBER}(?=[ \t\r]*(?:\n|\Z))"
)
"""Town or number on the line below, which holds nothing else."""
_STREETS_OF_SAPPORO = re.compile(rf"[0-9{_KN}]+条[東西南北]? ?")
_NUMERAL = re.compile(rf"[0-9{_KN}]")
_IN_KANA = frozenset(PREFECTURES_KANA)
_KANA_TAIL = re.compile(
    r" ?[ァ-ヶー](?:[ァ-ヶー]| (?! )){1,40}?[0-9]{1,5}(?:-[0-9]{1,5}){0,4}(?:(?: ?(?:チョウメ|チヨウメ|バンチ|バン|ゴウ) ?)[0-9]{0,5})*"
    r"(?: ?[ァ-ヶーA-Z](?:[ァ-ヶーA-Z]| (?! )){1,20}?[0-9]{2,4}(?:ゴウシツ)?)?(?![0-9-])"
)
"""What follows a prefecture in kana: towns, numbers, perhaps a building with a room."""
_RURAL = re.compile(rf"大字[一-龥ぁ-んァ-ヶ々]{{1,8}}?(?:字[一-龥ぁ-んァ-ヶ々]{{1,8}}?)? ?{NUMBER}(?:{BUILDING})?")
_KYOTO = re.compile(
    r"[一-龥ぁ-んァ-ヶ々]{2,14}(?:上る|下る|上ル|下ル|西入る?|東入る?|西入ル|東入ル)[一-龥ぁ-んァ-ヶ々]{2,8}町"
)
"""Kyoto names the corner instead of a number: 下立売通新町西入薮ノ内町."""
_RESIDES = re.compile(
    r"[^\s0-9,、。()]{1,10}?(?=に在住|に居住|在住|居住|に住|へ転居|に転居|に引っ越|に引越|にお住まい|へ転入|出身)"
)
_OLD_CITY = re.compile(r"[一-龥ァ-ヶのがケヶ]{1,7}?(?:市|区|町|村|郡[一-龥]{1,5}[町村])")
_TOWN_BAD = re.compile(
    r"^[はがをにでとのもへや][一-龥0-9]|[はがをにでとのもへや]$|を|から|まで|により|における|する|した|して|され|です|ます|ある|いる|条例|法律|議会|予算|人口|第$|令和|(?:平成|昭和)$|年度|"
    r"電話|tel|約$|計$|者数|世帯|徒歩|バス|(?<!^名)駅(?![前南北東西元通裏家])|^[―—→~～]"
)
_AFTER_BAD = re.compile(
    r" ?(?:年|月|人|名|件|円|%|時|分|個|世帯|歳|位|回|台|平方|ヘクタール|km|m|万|億|千|票|校|か所|カ所|ヶ所|[0-9,]*円)"
)


_JOINT = re.compile(r" ?[)\]】]? ?(?:は|[:=|\t])? {0,4}(?:〒? ?[0-9]{3}-[0-9]{4} {0,3})?")
_SET_OFF = frozenset(" \t\n:=|)]】>は〒\"'")
"""What parts a label from its value; a letter right behind it makes another word of it (住所コード)."""
_NO_TOWN = re.compile(r"コード|番号|文字|半角|全角|桁|バイト|[⇔→⇒]|[A-Za-z_]")
"""What descriptions of data and of ways have behind 住所 and 自宅."""


_REST = re.compile(r"[^\s,、。;|()（）]{0,20}")
_OFFICE = re.compile(r"(?:[課係室局署庁社店院園校会]|部署?|支所|役[所場]|センター|事務所|図書館|公民館|組合|大学)$")
"""The end of the name of an office that stands where an address may."""
_SITES = frozenset({"所在地"})
"""Labels of the addresses of things: a municipality alone under them says nothing of a person."""
_DIGIT = re.compile(f"[0-9{_KN}]")
_STATION_TOWNS = frozenset("前南北東西元通裏家")
"""What goes on behind 駅 in names of towns (博多駅前)."""
_COUNT = re.compile(r"[市区町村] [0-9]+$")
"""A municipality and how many live there (お住まい 中央区 12), not its house number."""


class AddressRecognizer:
    """Addresses from a known municipality or prefecture, or from a label or column."""

    name = "address"

    def find(self, view: View) -> Iterator[Match]:
        """Candidates in order; a label or an address column makes up for a missing municipality."""
        text = view.text
        names, search = automaton()
        done = -1
        for name_id, start, end in search.find_matches_as_indexes(text):
            if start < done:
                continue
            if names[name_id] in _IN_KANA:
                if (kana := _KANA_TAIL.match(text, end)) is not None:
                    done = kana.end()
                    yield Match("JP_ADDRESS", start, done, 0.9, Check.NONE, "ADDRESS", "prefecture and number, in kana")
                continue
            begin, body = _anchor(text, names[name_id], start, end)
            if body is None:
                continue
            match = self._from(view, begin, body)
            if match is not None and match.start >= done:
                done = match.end
                yield match
                yield from _building_beside(view, match)
        for rural in _RURAL.finditer(text):
            yield Match("JP_ADDRESS", rural.start(), rural.end(), 0.6, Check.NONE, "ADDRESS", "大字 and number")
        yield from self._labelled(view)
        yield from self._columns(view)

    def _from(self, view: View, begin: int, body: int) -> Match | None:
        text = view.text
        if text.startswith("駅", body) and text[body + 1 : body + 2] not in _STATION_TOWNS:
            return None  # 小川町駅
        cell = view.layout.at(begin)
        limit = min(len(text), body + 120) if cell is None else cell.end
        line_end = text.find("\n", body, limit)
        limit = line_end if line_end >= 0 and cell is None else limit
        tail = _TAIL.match(text, body, limit) if _NUMERAL.search(text, body, min(limit, body + 20)) else None
        if (
            tail
            and not _TOWN_BAD.search(tail["town"])
            and not (_AFTER_BAD.match(text, tail.end()) and tail["building"] is None and not _has_unit(tail["number"]))
        ):
            if _STREETS_OF_SAPPORO.fullmatch(tail["number"]) and tail["building"] is None and cell is None:
                return None  # the name of a part of the town, without a house
            if not tail["town"] and not ("-" in tail["number"] or _has_unit(tail["number"]) or tail["lot"]):
                return None
            end = tail.end()
            if cell is None and tail["building"] is None and (second := _SECOND_LINE.match(text, end)) is not None:
                end = second.end()
            prefectured = begin < body and text[begin : begin + 4].startswith(tuple(PREFECTURES))
            score = 0.95 if prefectured else 0.85
            return Match("JP_ADDRESS", begin, end, score, Check.NONE, "ADDRESS", "municipality and number")
        broken = _BROKEN.match(text, body) if cell is None else None
        if broken is not None and not _TOWN_BAD.search(broken["first"] + broken["town"]):
            second = _SECOND_LINE.match(text, broken.end())
            end = second.end() if second is not None else broken.end()
            return Match("JP_ADDRESS", begin, end, 0.8, Check.NONE, "ADDRESS", "municipality; over two lines")
        label = label_of(view, begin, begin + 1) if view.layout.cells or view.labels.of("ADDRESS") else None
        if label is not None and "ADDRESS" in label.owners:
            if label.word in _SITES and not _DIGIT.search(text, body, min(limit, body + 20)):
                return None  # where a station or a hall lies
            rest = _REST.match(text, body, limit)
            if rest is not None and _OFFICE.search(rest.group()):
                return None
            return Match(
                "JP_ADDRESS",
                begin,
                rest.end() if rest else body,
                0.8,
                Check.NONE,
                "ADDRESS",
                f"{label.source} {label.word}",
            )
        corner = _KYOTO.match(text, body, limit)
        if corner:
            return Match("JP_ADDRESS", begin, corner.end(), 0.8, Check.NONE, "ADDRESS", "municipality and corner")
        lives = _RESIDES.match(text, body, limit)
        if lives and not _TOWN_BAD.search(lives.group()):
            return Match("JP_ADDRESS", begin, lives.end(), 0.6, Check.NONE, "ADDRESS", "residence in words")
        return None

    def _labelled(self, view: View) -> Iterator[Match]:
        """``住所: 大字東123番地`` — a label replaces the municipality."""
        text = view.text
        for hit in view.labels.of("ADDRESS"):
            at = view.labels.ends[hit]
            joint = _JOINT.match(text, at)
            begin = joint.end() if joint else at
            if text[at : at + 1] not in _SET_OFF:
                continue
            cell = view.layout.at(view.labels.starts[hit])
            if cell is not None and begin >= cell.end:
                continue
            tail = _TAIL.match(text, begin, min(len(text), begin + 100))
            if tail is None or (_COUNT.search(tail.group()) and tail["building"] is None):
                continue
            town = tail["town"]
            if len(town) >= 2 and "\n" not in tail.group() and not _TOWN_BAD.search(town) and not _NO_TOWN.search(town):
                yield Match(
                    "JP_ADDRESS", begin, tail.end(), 0.7, Check.NONE, "ADDRESS", f"label {view.labels.word(hit)}"
                )

    def _columns(self, view: View) -> Iterator[Match]:
        """Cells under an address header: the whole cell, without its postal code."""
        for table in view.layout.tables:
            for column, header in table.headers.items():
                hits = view.labels.index.header(header)
                if not any("ADDRESS" in o for o in hits.all_owners()) or re.search(
                    r"mail|メール|ip|url|サイト", header.lower()
                ):
                    continue
                sites = hits.word(len(hits.ids) - 1) in _SITES
                further = header.strip()[-1:] in "23"  # 住所1, 住所2: the second may be a house number alone
                for cell in table.below(column):
                    if sites and not _DIGIT.search(view.text, cell.start, cell.end):
                        continue
                    yield from _whole_cell(view.text, cell.start, cell.end, house=further)
            yield from _parted(view.text, table)


_BUILDING_CELL = re.compile(
    rf"(?=.*?(?:{_BUILDING_WORD})|.*?(?:[0-9]{{3,4}}|[0-9]{{1,4}}(?:号室?|室))[ \t]*$)(?:{_NAME}|[0-9 -]){{3,40}}"
)


def _building_beside(view: View, match: Match) -> Iterator[Match]:
    """The building and the room in the cell behind the one that an address fills."""
    cell = view.layout.at(match.start)
    if cell is None or view.text[match.end : cell.end].strip():
        return
    beside = next(view.layout.right(cell), None)
    if beside is None or ((header := view.layout.header(beside)) and not _HOUSE.fullmatch(header)):
        return
    if _BUILDING_CELL.fullmatch(view.text, beside.start, beside.end):
        end = beside.start + len(view.text[beside.start : beside.end].rstrip())
        yield Match("JP_ADDRESS", beside.start, end, 0.8, Check.NONE, "ADDRESS", "building beside an address")


def _parted(text: str, table: Table) -> Iterator[Match]:
    """Addresses whose prefecture, town and house stand in columns of their own, in the rows that name a house: a list of
    places (郵便番号簿) is nobody's address."""
    headers = {column: header.strip() for column, header in table.headers.items()}
    streets = {column for column, header in headers.items() if _STREET.fullmatch(header)}
    areas = {column for column, header in headers.items() if _AREA.fullmatch(header)}
    if not (streets and areas):
        return
    parts = streets | areas | {column for column, header in headers.items() if _HOUSE.fullmatch(header)}
    for row, cells in table.rows.items():
        if row == table.header_row or not any(
            cell.column in streets and _ARABIC.search(text, cell.start, cell.end) for cell in cells
        ):
            continue
        for cell in cells:
            if cell.column in parts:
                yield from _whole_cell(text, cell.start, cell.end)


_ARABIC = re.compile("[0-9]")
_AREA = re.compile(r"都道府県名?|県名?|(?:市区|市|区市|郡市区)町村名?|市区郡?|prefecture|city", re.IGNORECASE)
_STREET = re.compile(
    r"(?:町域名?|町名|丁目|大字|字)?[・、/]?(?:丁目)?[・、/]?番地(?:等|以下)?|町域名?|町名|町・?字|street",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"(?:建物|マンション|アパート|ビル|住居)名?(?:称|等)?[・、/]?(?:部屋番号|号室|室番号|部屋)?(?:等)?|方書|building|住所2|住所\(建物等?\)",
    re.IGNORECASE,
)
"""Headings of an address that stands in several columns; an area and a street together say what they are."""


_POSTAL_PREFIX = re.compile(r"\s*(?:〒? ?[0-9]{3}-?[0-9]{4}\s+|〒[0-9]{3}-?[0-9]{4}\s*)?")
_ADDRESSLIKE = re.compile(r"[都道府県市区町村郡]|[一-龥ぁ-んァ-ヶ]{2,}.{0,12}[0-9]|丁目|番地")


_HOUSE_NUMBER = re.compile(r"[0-9]{1,4}(?:-[0-9]{1,4}){1,3}")


def _whole_cell(text: str, start: int, end: int, *, house: bool = False) -> Iterator[Match]:
    prefix = _POSTAL_PREFIX.match(text, start, end)
    begin = prefix.end() if prefix else start
    while end > begin and text[end - 1] in " \r\n\t":
        end -= 1
    if not 3 <= end - begin <= 120:
        return
    like = _ADDRESSLIKE.search(text, begin, end) or (house and _HOUSE_NUMBER.fullmatch(text, begin, end))
    if like and "@" not in text[begin:end]:
        yield Match("JP_ADDRESS", begin, end, 0.88, Check.NONE, "ADDRESS", "column 住所")


def _has_unit(number: str) -> bool:
    return "丁目" in number or "番" in number or "号" in number


def _anchor(text: str, name: str, start: int, end: int) -> tuple[int, int | None]:
    """Where the address begins and where its town begins, for a hit of a prefecture or a municipality."""
    if name in _PREFECTURE_SET:
        gap = 1 if text[end : end + 1] == " " else 0
        old = _OLD_CITY.match(text, end + gap)
        if old is None:
            return start, None
        following = _known_city(text, end + gap)
        return start, following or old.end()
    before = text[max(0, start - 5) : start].rstrip(" ")
    for prefecture in PREFECTURES:
        if before.endswith(prefecture):
            return text.rfind(prefecture, 0, start), _ward(text, end)
    if start and "一" <= text[start - 1] <= "龥":
        return start, None  # 会社 or a longer name ends in something that looks like a municipality
    return start, _ward(text, end)


_PREFECTURE_SET = frozenset(PREFECTURES)
_WARD = re.compile(r"[一-龥]{1,4}?区")


def _ward(text: str, end: int) -> int:
    """Past the ward of a designated city whose city name alone was found (大阪市 + 北区)."""
    ward = _WARD.match(text, end) if text[end - 1] == "市" else None
    return ward.end() if ward else end


def _known_city(text: str, at: int) -> int | None:
    names, search = automaton()
    hits = search.find_matches_as_indexes(text[at : at + 14])
    for name_id, start, end in hits:
        if start == 0 and names[name_id] not in _PREFECTURE_SET:
            return _ward(text, at + end)
    return None


RECOGNIZERS = (AddressRecognizer(),)

EXAMPLES = (
    ("東京都千代田区丸の内1-1-1", ("JP_ADDRESS",)),
    ("住所：大阪府大阪市北区梅田三丁目1番3号 梅田ビル501号室", ("JP_ADDRESS",)),
    ("札幌市中央区北一条西2丁目", ("JP_ADDRESS",)),
    ("神奈川県横浜市西区みなとみらい２－２－１", ("JP_ADDRESS",)),
    ("北海道余市郡余市町朝日町26", ("JP_ADDRESS",)),
    ("東京都の人口は1400万人", ()),
    ("横浜市は2024年度予算を", ()),
    ("経路 自宅―徒歩8分―小川町駅―徒歩3分―会社", ()),
    ("お住まい 中央区 12 西区 30", ()),
    ("福岡市博多区博多駅前2-1-1", ("JP_ADDRESS",)),
    ("北海道旭川市六条通9丁目46番地", ("JP_ADDRESS",)),
    ("都道府県,市区町村,番地\n愛媛県,松山市,一番町4-4-2\n岩手県,盛岡市,内丸12-2\n", ("JP_ADDRESS",)),
    (
        "郵便番号,都道府県,市区町村,町域\n〒790-0001,愛媛県,松山市,一番町\n〒020-0021,岩手県,盛岡市,中央通\n",
        ("JP_POSTAL_CODE",),
    ),
    ("都道府県,市区町村,人口\n愛媛県,松山市,503865\n岩手県,盛岡市,283981\n", ()),
    ("長岡京市開田1丁目1番1号", ("JP_ADDRESS",)),
    ("広島市中区八丁堀6-3 和光ビル4F", ("JP_ADDRESS",)),
    ("東京都北区十条仲原1-2-3", ("JP_ADDRESS",)),
    ("堺市堺区南瓦町3丁1番", ("JP_ADDRESS",)),
    ("名古屋市中村区名駅1丁目1-4 JRセントラルタワーズ", ("JP_ADDRESS",)),
    ("札幌市白石区本郷通四丁目北2番3号", ("JP_ADDRESS",)),
    ("中津市豊田町14-3", ("JP_ADDRESS",)),
    ("石川県白山市鶴来本町四丁目ヌ88番地", ("JP_ADDRESS",)),
    ("愛知県春日井市\n    八幡町221番地の5\n", ("JP_ADDRESS",)),
)
