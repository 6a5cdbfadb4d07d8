"""Who a machine of a cluster is: statements, seals, credentials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.cli.faults import sentence
from scanner.cluster import certificates, link, messages, sealing
from scanner.cluster.certificates import COORDINATOR, WORKER
from scanner.cluster.errors import ClusterError
from scanner.cluster.identity import Forged, Identity
from scanner.cluster.messages import SETUP, Settings, Setup
from scanner.cluster.sealing import Seal, answer_to
from scanner.cluster.session import HELLO, Session
from scanner.cluster.session import SETUP as TO_SIGN
from scanner.messages import LANGUAGES, choose
from tests.scanner.cluster_said import handed, who  # noqa: F401


def test_a_statement_holds_for_its_maker_and_its_purpose(who: Callable[[str], Identity], tmp_path: Path) -> None:
    said = who("w1").sign(HELLO, b"x")
    assert who("coordinator").verify(said, WORKER + "w1", HELLO) == b"x"
    other = tmp_path / "other"
    certificates.init(other, "127.0.0.1", 1, ("w1",))
    for wrong, role, purpose in (
        (said, WORKER + "w2", HELLO),
        (said, COORDINATOR, HELLO),
        (said, WORKER + "w1", TO_SIGN),
        (Identity.load(other / "w1").sign(HELLO, b"x"), WORKER + "w1", HELLO),
        (Identity.load(other / "server").sign(HELLO, b"x"), "sekisho server", HELLO),
        (who("server").sign(HELLO, b"x"), "sekisho server", HELLO),
        (said.replace(b'"eA=="', b'"eQ=="'), WORKER + "w1", HELLO),
        (said[:-3], WORKER + "w1", HELLO),
        (b"[1,2,3]", WORKER + "w1", HELLO),
        (b'["AAAA","eA==","AAAA"]', WORKER + "w1", HELLO),
    ):
        with pytest.raises(Forged):
            who("coordinator").verify(wrong, role, purpose)


def test_a_worker_takes_no_scan_from_anybody_but_the_coordinator(who: Callable[[str], Identity]) -> None:
    session = Session(None, who("w1"))
    setup = messages.dumped(SETUP, Setup(b"s" * 16, b"x" * 32, Settings("quick", b"k" * 32, ())))
    sealed = sealing.seal_for(sealing.public(session._key), setup)
    for body in (who("w2").sign(TO_SIGN, sealed), who("w1").sign(TO_SIGN, sealed), sealed, setup, b""):
        with pytest.raises(Forged):
            session._take(1, body)
    with pytest.raises(Forged):  # signed, and sealed for another session
        session._take(1, who("coordinator").sign(TO_SIGN, sealing.seal_for(sealing.public(sealing.new_key()), setup)))


def test_a_seal_holds_for_one_message() -> None:
    seal, other = Seal(b"a" * 32), Seal(b"b" * 32)
    body = seal.close(b"x", answer_to(1, 0, last=True))
    assert seal.open(body, answer_to(1, 0, last=True)) == b"x"
    for opener, sealed, meant in (
        (other, body, answer_to(1, 0, last=True)),
        (seal, body, answer_to(2, 0, last=True)),
        (seal, body, answer_to(1, 1, last=True)),
        (seal, body, answer_to(1, 0, last=False)),
        (seal, body, sealing.lease_of(1)),
        (seal, body[:5], answer_to(1, 0, last=True)),
        (seal, b"", answer_to(1, 0, last=True)),
    ):
        with pytest.raises(Forged):
            opener.open(sealed, meant)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_library_says_has_a_sentence_of_ours(language: str) -> None:
    choose(language)
    try:
        for code in {code for _, code in link.SAID} | {"no_server"}:
            assert "{" not in sentence(ClusterError(code, server="h:1", role="r"))
    finally:
        choose("en")
