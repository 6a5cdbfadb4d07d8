"""To whom data goes: what a mail's headers tell, and whether a consent or the register names it."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.acts.questions import consents_for
from scanner.detect.assemble import MOST_RECIPIENTS, addressed_to, bounded
from scanner.duties.interface import View
from scanner.duties.parties import Parties
from scanner.policy import recipients
from scanner.policy.models import Policy
from scanner.policy.recipients import UNTOLD

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("a@ok.example.com", {"ok.example.com"}),
        ("係 <A@OK.Example.COM>, b@other.example.org", {"ok.example.com", "other.example.org"}),
        ('"山田, 太郎" <a@ok.example.com>', {"ok.example.com"}),
        ('"b@fake.example.net" <a@ok.example.com>', {"ok.example.com"}),
        ("a@ok.example.com; b@other.example.org", {"ok.example.com", "other.example.org"}),
        ("a@ok.example.com (係, b@fake.example.net)", {"ok.example.com"}),
        ("undisclosed-recipients:;", set()),
        ("係: a@ok.example.com, b@other.example.org;", {"ok.example.com", "other.example.org"}),
        ("", set()),
        ("窓口の方", {UNTOLD}),
        ("佐藤; a@ok.example.com", {"ok.example.com", UNTOLD}),
        ("a@例え.jp, b@ok.example.com", {"ok.example.com", UNTOLD}),
        ("/O=EXCHANGE/CN=USER1, a@ok.example.com", {"ok.example.com", UNTOLD}),
    ],
)
def test_who_is_addressed(header: str, told: set[str]) -> None:
    assert addressed_to(header) == told


@given(st.integers(0, 60))
def test_recipients_that_are_not_kept_leave_a_mark(count: int) -> None:
    kept = bounded({f"d{n:02}.example.com" for n in range(count)})
    assert (UNTOLD in kept) is (count > MOST_RECIPIENTS)
    assert len(kept) <= MOST_RECIPIENTS + 1


def rules(*consents: dict[str, Any], **more: Any) -> Policy:
    parties = [
        {"id": "P-0", "kind": "entruster", "name": "委託者", "domains": ["city.example.jp"]},
        {"id": "P-1", "kind": "contractor", "name": "受託者", "domains": ["ours.example.jp"]},
        {"id": "P-2", "kind": "subcontractor", "name": "印刷所", "domains": ["print.example.net", "print.example.org"], "consent": "R-0"},
    ]  # fmt: skip
    return Policy.model_validate(
        {"contract": [{"id": "A", "title": "a", "party": parties, "consent": list(consents), **more}]}
    )


@pytest.mark.parametrize(
    ("named", "recipient", "covered"),
    [
        (["ok.example.com"], "ok.example.com", True),
        (["ok.example.com"], "OK.EXAMPLE.COM.", True),
        (["ｏｋ．example.com"], "ok.example.com", True),
        (["kakari@ok.example.com"], "ok.example.com", True),
        (["ok.example.com"], "mail.ok.example.com", False),
        (["*.ok.example.com"], "mail.ok.example.com", True),
        (["*.ok.example.com"], "ok.example.com", False),
        (["example.com"], "evilexample.com", False),
        (["印刷所"], "print.example.net", True),
        (["P-2"], "mx.print.example.org", True),
        (["print.example.net"], "印刷所", False),
        (["print.example.net", "print.example.org"], "印刷所", True),
        (["P-2"], "P-2", True),
        (["P-2"], "委託者", False),
        ([], "city.example.jp", True),
        ([], "stranger.example.org", False),
        ([], UNTOLD, False),
        ([UNTOLD, "*.jp"], "….jp", False),
    ],
)
def test_whom_a_consent_names(named: list[str], recipient: str, covered: bool) -> None:
    (one,) = rules({"id": "S", "kind": "send", "recipients": named}).contract
    assert recipients.names(one, one.consent[0], recipient, TODAY) is covered
    assert bool(consents_for(one, "send", recipient, TODAY)) is covered, "the gate asks the same"


@given(
    st.lists(
        st.sampled_from(["ok.example.com", "print.example.net", "x.example.org", UNTOLD, "ours.example.jp"]), max_size=4
    )
)
def test_a_mail_is_covered_only_if_everybody_outside_is(to: list[str]) -> None:
    (one,) = rules({"id": "S", "kind": "send", "recipients": ["ok.example.com", "P-2"]}).contract
    outside = set(to) - {"ours.example.jp"}
    expected = bool(outside) and outside <= {"ok.example.com", "print.example.net"}
    assert recipients.covered(one, one.consent[0], tuple(to), TODAY) is expected


@pytest.mark.parametrize(
    ("consent", "why"),
    [
        ({"kind": "send", "recipients": ["x.example.org"]}, ""),
        ({"kind": "subcontract", "recipients": ["x.example.org"]}, ""),
        ({"kind": "copy", "recipients": ["x.example.org"]}, "unknown"),
        ({"kind": "send", "recipients": ["y.example.org"]}, "unknown"),
        ({"kind": "send"}, "unknown"),
        ({"kind": "send", "recipients": ["x.example.org"], "valid_to": "2026-11-22"}, "unknown"),
    ],
)
def test_a_party_that_no_register_knows_may_be_named_by_a_consent(consent: dict[str, Any], why: str) -> None:
    sent = [{"id": "T", "date": "2026-11-01", "recipient": "x.example.org"}]
    view = View(sqlite3.connect(":memory:"), rules({"id": "S", **consent}, transfer=sent), [], TODAY)
    assert [row[5] for row in Parties(view).table()] == [why]


@pytest.mark.parametrize(("kind", "why"), [("subcontract", ""), ("copy", "no_consent"), ("send", "no_consent")])
def test_a_subcontractor_takes_a_consent_to_subcontract(kind: str, why: str) -> None:
    sent = [{"id": "T", "date": "2026-11-01", "recipient": "print.example.net"}]
    view = View(sqlite3.connect(":memory:"), rules({"id": "R-0", "kind": kind}, transfer=sent), [], TODAY)
    assert [row[5] for row in Parties(view).table()] == [why]
