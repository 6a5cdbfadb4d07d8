"""From tags to spans: clear names, names in doubt, spaces at their ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.names.decoding import spans

_BLANK = np.zeros(8, dtype=np.bool_)


def _tags(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)


def test_a_clear_name_is_read_off() -> None:
    tags = _tags((0.99, 0.01, 0, 0, 0), (0.02, 0.98, 0, 0, 0), (0.02, 0, 0, 0.98, 0), (1, 0, 0, 0, 0))
    ((start, end, probability),) = spans(tags, _BLANK[:4], 0.5)
    assert (start, end) == (1, 3)
    assert probability == pytest.approx(0.98)


def test_two_names_side_by_side_are_two() -> None:
    tags = _tags((0, 0, 0, 0, 1), (0, 1, 0, 0, 0), (0, 0, 0, 1, 0))
    assert [span[:2] for span in spans(tags, _BLANK[:3], 0.5)] == [(0, 1), (1, 3)]


def test_a_name_in_doubt_is_the_likeliest_whole() -> None:
    """Greedily the second character would begin a name of its own."""
    tags = _tags((0.05, 0.95, 0, 0, 0), (0.1, 0.42, 0.38, 0.1, 0), (0.05, 0, 0, 0.95, 0))
    assert [span[:2] for span in spans(tags, _BLANK[:3], 0.5)] == [(0, 3)]


def test_no_name_ends_with_a_space() -> None:
    blank = np.array([False, False, True, False])
    tags = _tags((0.05, 0.95, 0, 0, 0), (0.1, 0, 0.6, 0.3, 0), (0.3, 0, 0.1, 0.6, 0), (0.95, 0.05, 0, 0, 0))
    assert [span[:2] for span in spans(tags, blank, 0.5)] == [(0, 2)]


@given(st.lists(st.lists(st.floats(0.001, 1), min_size=5, max_size=5), min_size=1, max_size=40), st.randoms())
def test_spans_are_ordered_and_never_touch_a_space_at_their_ends(rows: list[list[float]], chance) -> None:
    tags = np.array(rows, dtype=np.float32)
    tags /= tags.sum(axis=1, keepdims=True)
    blank = np.array([chance.random() < 0.2 for _ in rows])
    found = spans(tags, blank, 0.5)
    at = 0
    for start, end, probability in found:
        assert at <= start < end <= len(rows)
        assert not blank[start]
        assert not blank[end - 1]
        assert 0 <= probability <= 1
        at = end
