"""A place is agreed to from its first day to its last, both of them included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scanner.model import Ground, VerdictKind
from scanner.policy.models import Policy
from scanner.policy.verdict import Judge

FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (FIRST - DAY, VerdictKind.NOT_YET),
        (FIRST, VerdictKind.IN_PLACE),
        (LAST, VerdictKind.IN_PLACE),
        (LAST + DAY, VerdictKind.EXPIRED),
    ],
)
def test_the_first_and_the_last_day_of_a_place_are_in_force(today: date, kind: VerdictKind) -> None:
    place = {"id": "P1", "kind": "storage", "unc": "//srv/agreed", "valid_from": FIRST, "valid_to": LAST}
    policy = Policy.model_validate({"contract": [{"id": "A", "title": "業務", "place": [place]}]})
    assert Judge(policy, today=today).verdict(b"//srv/agreed/a.txt", Ground.NETWORK).kind is kind
