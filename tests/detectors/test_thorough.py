"""The depth ``thorough`` with the encoder that ships: what it finds more, and what it does not find either."""

from __future__ import annotations

import pytest

from benchmarks import office_set
from benchmarks.handwritten import handwritten
from benchmarks.score import Score
from detectors.encoder.reading import NETWORK, PIECES, encoder
from detectors.engine import Engine
from detectors.names.features import codes_of

_MOST = 30_000_000
"""Bytes of both files."""

TOLD = {
    "昨日の会合では、瀬尾がまず口を開き、続いて蓮見も賛成に回った。": ("瀬尾", "蓮見"),
    "私と由紀子は駅前で待ち合わせ、そのまま映画を見に行った。": ("由紀子",),
    "ホアン・カスティージョはその年の春に来日し、翌年に帰国した。": ("ホアン・カスティージョ",),
    "作家の樋渡冬彦は、生まれ故郷の島を舞台にした小説で知られる。": ("樋渡冬彦",),
    "次の日、雅人は何も言わずに家を出た。": ("雅人",),
    "演奏を終えた早乙女に、客席から長い拍手が送られた。": ("早乙女",),
}
"""Prose with persons that no label and no title announces."""

NOBODY = (
    "この条例は、公布の日から施行する。ただし、第三条の規定は、令和六年四月一日から施行する。",
    "松島、天橋立、宮島は日本三景と呼ばれ、多くの観光客が訪れる。",
    "品名\t数量\n高砂ネジ\t20\n三笠ボルト\t5\n日向ワッシャ\t8\n",
    "大和川の水位は、柏原の観測所で避難判断水位を超えた。",
    "設定画面でトークンを作成し、環境変数に入れてください。",
)


@pytest.fixture(scope="module")
def thorough() -> Engine:
    return Engine("thorough")


def _persons(engine: Engine, text: str) -> set[str]:
    return {text[m.start : m.end] for m in engine.analyze(text).matches if m.entity == "PERSON"}


def test_persons_of_prose_are_found(thorough: Engine) -> None:
    found = sum(len(_persons(thorough, text) & set(names)) for text, names in TOLD.items())
    assert found >= sum(map(len, TOLD.values())) - 1


@pytest.mark.parametrize("text", NOBODY)
def test_nobody_is_found_where_nobody_is(thorough: Engine, text: str) -> None:
    assert _persons(thorough, text) == set()


def test_a_long_text_is_read_to_its_end(thorough: Engine) -> None:
    plain = "会議の資料は前日までに配布する。\n" * 60
    told = next(iter(TOLD))
    text = plain + told + "\n" + plain + told
    assert text.rindex("瀬尾") in {m.start for m in thorough.analyze(text).matches}


def test_the_files_are_as_small_as_promised_and_know_the_characters_of_names() -> None:
    assert NETWORK.stat().st_size + PIECES.stat().st_size <= _MOST
    vocabulary = encoder().table.vocabulary
    cut = vocabulary.cut("渡邉髙橋 さくらプーチンTanaka")
    assert vocabulary.pieces.index("\uffff") not in cut.pieces.tolist()
    assert encoder().tags(codes_of("担当 山田太郎"))[3:, 0].max() < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("source", ["by hand", "office"])
def test_thorough_is_never_worse_than_balanced(thorough: Engine, balanced: Engine, source: str) -> None:
    """On documents that were read while the program was made; by hand those that the small network was not fitted to."""
    documents = handwritten("dev")[-150:] if source == "by hand" else office_set.documents("dev")[::4]
    figures = []
    for engine in (thorough, balanced):
        score = Score()
        for document in documents:
            found = {(m.entity, m.start, m.end) for m in engine.analyze(document.text, entities=["PERSON"]).matches}
            score.add([span for span in document.spans if span[0] == "PERSON"], found)
        figures.append(score.entities["PERSON"].f1())
    assert figures[0] >= figures[1] > 0.9
