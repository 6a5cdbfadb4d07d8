"""Number formats that show Japanese numerals and parts of dates. What LibreOffice and Excel show stands in the expectations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.extract.formats import numerals
from scanner.extract.formats.numberformat import kind, render

DAY = "20000"
"""1954-10-03."""


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("[DBNum1]General", "0", "〇"),
        ("[DBNum1]General", "10", "十"),
        ("[DBNum1][$-411]General", "1234", "一千二百三十四"),
        ("[DBNum1][$-411]General", "101", "百一"),
        ("[DBNum1]G/標準", "12345", "一万二千三百四十五"),
        ("[DBNum1]0", "1234", "一二三四"),
        ("[DBNum1]###0", "20", "二〇"),
        ("[DBNum2]General", "12345", "壱萬弐阡参百四拾伍"),
        ("[DBNum3]0", "1234", "１２３４"),
        ('[DBNum1][$-411]ggge"年"m"月"d"日"', DAY, "昭和二十九年十月三日"),
        ('[$-ja-JP,80][DBNum1]ggge"年"m"月"d"日"', DAY, "昭和二十九年十月三日"),
        ('[DBNum1]yyyy"年"m"月"d"日"', DAY, "一九五四年十月三日"),
        ('[DBNum3]ggge"年"m"月"d"日"', DAY, "昭和２９年１０月３日"),
        ('[DBNum2]ggge"年"m"月"d"日"', DAY, "昭和29年10月3日 昭和弐拾九年拾月参日"),
        ("[DBNum1]0", "9031415926", "9031415926 九〇三一四一五九二六"),
        ('m"月"d"日"', DAY, "1954/10/3"),
        ('d"日"', DAY, "1954/10/3"),
        ('h"時"mm"分"', "0.5", "12:00"),
        ("[h]:mm", "1.5", "1.5"),
        ("0.00E+00", "1234567890", "1234567890"),
        ("#,##0", "1234", "1234"),
    ],
)
def test_what_a_person_sees(code: str, value: str, shown: str) -> None:
    assert render(value, code) == shown


@given(st.integers(0, 10**16 - 1))
def test_a_spelt_number_is_that_number(number: int) -> None:
    digits = {c: n for n, c in enumerate("〇一二三四五六七八九")}
    units = {"十": 10, "百": 100, "千": 1000}
    total = group = last = 0
    for char in numerals.spelt(str(number), 1):
        if char in digits:
            last = digits[char]
        elif char in units:
            group, last = group + (last or 1) * units[char], 0
        else:
            total, group, last = total + (group + last) * {"万": 10**4, "億": 10**8, "兆": 10**12}[char], 0, 0
    assert total + group + last == number


@given(
    st.text('0#?,.;年月日ymdghse[]"@_*-/:$%E+DBNum1General\\', max_size=40),
    st.sampled_from(["1", "0.3", "20000", "-5", "9031415926", "x"]),
)
def test_any_format_shows_something(code: str, value: str) -> None:
    assert kind(code) in ("date", "time", "zeros", "text", "plain")
    assert render(value, code)
