"""A proof over hosts: a terminal that is not heard, or that never told what it holds, is a gap by name; never "nothing left"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.hub.world import Hub, Terminal, connected
from scanner import clock
from scanner.duties.hosts import not_heard
from scanner.duties.interface import View
from scanner.hub import terminals
from scanner.hub.fold import step
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from tests.conftest import Sekisho
from tests.scanner.officers_hub import POLICY, rows, talked


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path / "hub")
    (made.home.path / "policy.toml").write_text(POLICY, encoding="utf-8")
    with connected(made):
        yield made
    made.desk.database.close()


@pytest.fixture
def fleet(hub: Hub, tmp_path: Path) -> dict[str, Terminal]:
    found = {}
    for seed, name in enumerate(("PC-01", "PC-02", "PC-03")):
        one = found[name] = Terminal(tmp_path / name, name, seed)
        one.enrol(hub.token())
        one.change(4)
        with Store(one.home.database, only_notes=True) as store, store.transaction() as db:
            db.execute(
                "insert into runs (started, ended, state, tool, rule_set, depth) values (?, ?, 'watch', 't', 'r/balanced', 'balanced')",
                (clock.stamp(), clock.stamp()),
            )
        if name != "PC-03":  # let in, and says nothing
            talked(hub, one)
    hub.fold()
    return found


def silent(hub: Hub, name: str, days: int) -> None:
    """As if it had been heard last so long ago."""
    moment = clock.stamp_at((clock.now() - timedelta(days=days)).timestamp())
    of = hub.of(name).id
    with hub.desk.database.transaction() as work:
        terminals.keep(work, of, heard=moment)
    with Store(hub.home.database, only_notes=True) as store:
        step(hub.desk, store)


def missing(hub: Hub, days: int | None, policy: Policy | None = None) -> list[str]:
    reader = Reader(hub.home.database)
    view = View(reader.db, policy or Policy(), [], clock.today(), "hub")
    found = not_heard(view, None if days is None else clock.today() - timedelta(days=days))
    reader.close()
    return found


def test_who_is_not_heard_is_named(hub: Hub, fleet: dict[str, Terminal]) -> None:
    assert missing(hub, 3) == missing(hub, None) == ["PC-03"]
    silent(hub, "PC-02", 5)
    assert missing(hub, 3) == ["PC-02", "PC-03"]
    assert missing(hub, 9) == ["PC-03"]
    silent(hub, "PC-02", 30)
    assert missing(hub, None) == ["PC-02", "PC-03"]


def test_who_is_not_approved_is_named_until_the_register_ends_it(hub: Hub, fleet: dict[str, Terminal]) -> None:
    """Heard today or not: a lost machine may still hold what it held, one that waits has told nothing. And what was sent is not heard as
    long as it is not entered."""
    silent(hub, "PC-02", 5)
    fleet["PC-02"].change(2)
    fleet["PC-02"].send()
    with Store(hub.home.database, only_notes=True) as store:
        step(hub.desk, store, 0)
        assert missing(hub, 3) == ["PC-02", "PC-03"]
        step(hub.desk, store)
    assert missing(hub, 3) == ["PC-03"]
    ended = Policy.model_validate({"host": [{"id": "pc-02", "ends": clock.today() - timedelta(days=1)}]})
    for state in (terminals.WAITING, terminals.REVOKED, terminals.CONFLICT):
        with hub.desk.database.transaction() as work:
            for name in ("PC-02", "PC-03"):
                terminals.keep(work, terminals.named(work, name).id, state=state)
        hub.fold()
        assert missing(hub, 3) == missing(hub, None) == missing(hub, 9) == ["PC-02", "PC-03"], state
        assert missing(hub, 3, ended) == ["PC-03"], state


@pytest.mark.slow
def test_a_proof_with_a_silent_terminal_is_never_none_left(
    hub: Hub, fleet: dict[str, Terminal], sekisho: Sekisho, tmp_path: Path
) -> None:
    silent(hub, "PC-02", 40)
    with Store(hub.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("update points set state = 'closed', closed = '', closed_why = 'gone'")
    paper = tmp_path / "9c.html"
    words = (
        "report",
        "9c",
        "--contract",
        "A",
        "--home",
        hub.home.path,
        "-p",
        hub.home.path / "policy.toml",
        "-o",
        paper,
    )
    done = sekisho(*words)
    assert done.code in (0, 1, 3), done.err
    text = paper.read_text(encoding="utf-8")
    assert "検査範囲に残存なし" not in text
    assert all(word in text for word in ("PC-02", "PC-03", "未確認"))
    (verdict, hosts) = rows(hub.home, "select verdict, hosts from sweeps order by id desc limit 1")[0]
    assert ("未確認" in verdict, "PC-02" in hosts) == (True, True)
