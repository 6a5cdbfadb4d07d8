"""Alerts: what reaches a receiver, and what is tried again."""

from __future__ import annotations

import itertools
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Journal, Mark
from scanner.inventory.points import Fact, open_point
from scanner.inventory.store import Store
from scanner.policy.models import AlertRules
from scanner.watch.alerts import Alerts, Undelivered
from tests.scanner.watch_parts import Clock, told  # noqa: F401


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # a library of the receiver's
def test_alerts_reach_a_receiver_without_names_or_values(tmp_path: Path) -> None:
    """A real receiver on loopback gets one message; neither file nor value nor worker is in it."""
    import http.server

    taken: list[bytes] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = Home(tmp_path)
    prepare(home)
    with Store(home.database) as store, store.transaction() as db:
        open_point(db, Fact("F10-SILENT", subject="host:pc-007"), 1, "2026-11-23T00:00:00Z")
        open_point(db, Fact("F06-OVERDUE", subject="carryout:C-1"), 1, "2026-11-23T00:00:00Z")
    clock, journal = Clock(1.8e9), Journal(home.path / "journal.db")
    alerts = Alerts(home, AlertRules(desktop=False, urls=(f"json://127.0.0.1:{server.server_port}/",)), journal, clock)
    assert alerts.send() == 2
    assert alerts.send() == 0  # told once
    server.shutdown()
    server.server_close()
    assert len(taken) == 1
    text = taken[0].decode()
    assert "F10-SILENT" in text
    assert "pc-007" not in text
    with Store(home.database) as store, store.transaction() as db:
        open_point(db, Fact("F10-SILENT", subject="host:pc-008"), 1, "2026-11-23T00:00:00Z")
    assert alerts.send() == 1  # nobody answers: noted, and nothing stops
    assert "alert_not_sent" in home.log.read_text(encoding="utf-8")


_ONE = AlertRules(desktop=False, urls=("json://127.0.0.1:9/",))


def test_channel_that_fails_is_tried_again_later_each_time_and_holds_up_no_other(
    told: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, journal = Clock(1.8e9), Journal(told.path / "journal.db")
    alerts = Alerts(told, _ONE, journal, clock)
    tries: list[float] = []
    works = [False]

    def deliver(self: Alerts, url: str, rows: list[sqlite3.Row]) -> None:
        tries.append(clock.at)
        if not works[0]:
            raise Undelivered("refused")
        assert len(rows) == 2, "all that was not told"

    monkeypatch.setattr(Alerts, "_to_address", deliver)
    assert alerts.send() == 2
    for _ in range(180):
        clock.at += 60
        assert alerts.send() == 0, "the log has told them"
    waits = [b - a for a, b in itertools.pairwise(tries)]
    assert waits == sorted(waits)
    assert waits[0] == 60
    assert waits[-1] <= 3600
    ((channel, mark),) = [(c, m) for c, m in journal.marks().items() if m.tries]
    assert channel.startswith("url:")
    assert "127" not in channel
    assert (mark.why, mark.at) == ("refused", 1.8e9)
    works[0] = True
    clock.at += 3600
    alerts.send()
    assert not any(m.tries for m in journal.marks().values())


def test_alert_that_is_interrupted_is_told_again(told: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marked after the delivery: a crash in between repeats, and loses nothing."""
    journal = Journal(told.path / "journal.db")
    original = Journal.mark

    def crash(self: Journal, channel: str, mark: Mark) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Journal, "mark", crash)
    with pytest.raises(KeyboardInterrupt):
        Alerts(told, AlertRules(desktop=False), journal).send()
    monkeypatch.setattr(Journal, "mark", original)
    assert Alerts(told, AlertRules(desktop=False), journal).send() == 2
    assert told.log.read_text(encoding="utf-8").count('"event": "alert"') == 4


@pytest.mark.parametrize(("text", "new"), [(b"", 2), (b"\xff\xfe", 2), (b"1", 1), (b"2", 0), (b"-5\n", 2)])
def test_mark_of_earlier_versions_is_taken_over_whatever_stands_in_it(told: Home, text: bytes, new: int) -> None:
    (told.path / "last_alert").write_bytes(text)
    assert Alerts(told, AlertRules(desktop=False)).send() == new
    assert not (told.path / "last_alert").exists()
    assert Alerts(told, AlertRules(desktop=False)).send() == 0


def test_new_channel_does_not_begin_with_the_past(told: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Alerts(told, AlertRules(desktop=False)).send() == 2
    monkeypatch.setattr(Alerts, "_to_address", lambda *_: pytest.fail("nothing is new"))
    assert Alerts(told, _ONE).send() == 0


@pytest.mark.posix("names of any bytes")
def test_a_file_in_the_outbox_comes_before_the_gate(tmp_path: Path) -> None:
    from scanner.acts.gate import load as load_gate
    from scanner.policy.load import load
    from scanner.policy.verdict import Judge
    from scanner.watch.paths import PathSession
    from tests.scanner.world import text

    (tmp_path / "p.toml").write_text(
        '[gate]\noutbox = "out"\n[[contract]]\nid="A"\ntitle="a"\n[[contract.place]]\nid="s"\nkind="storage"\npath="store"\n'
        '[[contract.consent]]\nid="c"\nkind="send"\nrecipients=["city.example.jp"]\n',
        encoding="utf-8",
    )
    odd = os.fsdecode(b"out/city.example.jp/\xff\xfe.csv"), os.fsdecode(b"out/\xff\xfe.example.jp/d.csv")
    for number, name in enumerate(("out/city.example.jp/a.csv", "out/stranger.example.net/b.csv", "store/c.csv", *odd)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text(4, number + 1))
    home = Home(tmp_path / "h")
    prepare(home)
    judge = Judge(load(tmp_path / "p.toml"), base=tmp_path)
    session = PathSession(home, judge, "quick", str(tmp_path / "p.toml"))
    paths = [bytes(p) for p in tmp_path.rglob("*.csv")]
    session.look(paths)
    session.look(paths)
    session.close()
    with Store(home.database, only_notes=True) as store:
        targets = {load_gate(store, n).target for (n,) in store.connection.execute("select id from gates")}
    assert os.fsencode(tmp_path / odd[0]) in targets, "a name that is no text is kept as it is"
    gates = sqlite3.connect(home.database).execute("select recipient, state from gates order by recipient").fetchall()
    assert gates == [
        ("\\xff\\xfe.example.jp", "stopped"),
        ("city.example.jp", "waiting"),
        ("city.example.jp", "waiting"),
        ("stranger.example.net", "stopped"),
    ]
