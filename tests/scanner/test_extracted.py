"""The readers give what they gave when the snapshot was made; a change says what it changes (``benchmarks/ecosystem.py``)."""

from __future__ import annotations

from benchmarks import ecosystem


def test_the_readers_give_what_they_gave() -> None:
    before = ecosystem.SNAPSHOT.read_text(encoding="utf-8").splitlines()
    kept = [line for line in before if not line.startswith("office/") or int(line[7:10]) < 60]
    found = ecosystem.differences(kept, ecosystem.listed(ecosystem.generated(office=60)))
    assert not found, "python -m benchmarks.ecosystem --write\n" + "\n".join(found[:20])


def test_ordinary_documents_stay_examined() -> None:
    """At least 95 of 100 documents without anything unread are wholly read."""
    lines = [line.split("\t") for line in ecosystem.SNAPSHOT.read_text(encoding="utf-8").splitlines()]
    missed = [line[4] for line in lines if line[0].startswith("office/")]
    assert len(missed) == ecosystem.OFFICE
    assert sum(1 for m in missed if not m) >= 0.95 * len(missed)
