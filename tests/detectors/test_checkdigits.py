from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detectors import checkdigits as cd


def digits(n: int) -> st.SearchStrategy[str]:
    return st.text(alphabet="0123456789", min_size=n, max_size=n)


@given(digits(11))
def test_my_number_has_exactly_one_check_digit(body: str) -> None:
    assert sum(cd.my_number(body + str(d)) for d in range(10)) == 1


@given(digits(12))
def test_corporate_number_has_at_most_one_first_digit(body: str) -> None:
    passing = [d for d in range(10) if cd.corporate_number(str(d) + body)]
    assert len(passing) == 1
    assert passing[0] != 0


@given(digits(10))
def test_resident_code_accepts_one_digit_or_both_readings_of_rest_zero(body: str) -> None:
    assert sum(cd.resident_code(body + str(d)) for d in range(10)) in (1, 2)


@given(digits(10), digits(1))
def test_licence_check_digit_is_the_eleventh(body: str, reissue: str) -> None:
    assert sum(cd.driver_license(body + str(d) + reissue) for d in range(10)) == 1


@given(st.integers(5, 18).flatmap(digits))
def test_luhn_has_exactly_one_last_digit(body: str) -> None:
    assert sum(cd.luhn(body + str(d)) for d in range(10)) == 1


@given(digits(12))
def test_ean_has_exactly_one_last_digit(body: str) -> None:
    assert sum(cd.ean13(body + str(d)) for d in range(10)) == 1


@given(digits(7))
def test_yucho_fourth_digit_is_the_check(number: str) -> None:
    assert sum(cd.yucho(f"140{d}0", number + "1") for d in range(10)) == 1


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", min_size=9, max_size=9))
def test_mrz_has_exactly_one_check_digit(value: str) -> None:
    assert sum(cd.mrz(value, str(d)) for d in range(10)) == 1
