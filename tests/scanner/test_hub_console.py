"""The officers' pages over the inventory of a hub: its terminals, who waits, what was decided here and arrives there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hub.world import Hub, Terminal, connected
from scanner import clock
from scanner.console.roles import OF_HUB, WAY
from tests.scanner.officers_hub import ask, copied, officers_hub, open_points, rows, talked, there
from tests.scanner.test_hub_owning import tells

NAMES = ("PC-01", "SV-1", "PC-77")
pytestmark = pytest.mark.xdist_group("officers")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub and three terminals, of which one waits to be let in."""
    folder = tmp_path_factory.mktemp("begun")
    made = officers_hub(folder / "hub")
    policy = made.home.path / "policy.toml"
    machine = '[[contract.place]]\nid = "s"\nkind = "storage"\npath = "/srv/b"\nhost = "SV-*"\n'
    more = f'[[contract]]\nid = "B"\ntitle = "乙"\n{machine}[[host]]\nid = "PC-01"\n[[host]]\nid = "SV-1"\n'
    policy.write_text(policy.read_text(encoding="utf-8") + more, encoding="utf-8")
    with connected(made):
        for seed, name in enumerate(NAMES):
            one = Terminal(folder / name, name, seed)
            one.enrol(made.token(automatic=name != "PC-77"))
            one.change(8)
            talked(made, one)
    made.desk.database.close()
    return folder


@pytest.fixture
def hub(begun: Path, tmp_path: Path) -> Iterator[Hub]:
    yield from copied(begun, tmp_path)


@pytest.fixture
def pages(hub: Hub, tmp_path: Path) -> Any:
    from scanner.console import starting
    from scanner.console.site import Site
    from tests.scanner.consoles import Officers

    made = Officers.__new__(Officers)
    made.folder, made.home = hub.home.path, hub.home
    starting.ready(Site(hub.home, hub.home.path / "policy.toml"), starting.LOCAL)
    return made


@pytest.fixture
def fleet(hub: Hub, tmp_path: Path) -> list[Terminal]:
    return [Terminal(tmp_path / "w" / name, name, seed) for seed, name in enumerate(NAMES)]


def text(answer: Any) -> str:
    body = answer.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


def test_the_page_of_terminals_by_role(hub: Hub, fleet: list[Terminal], pages: Any) -> None:
    officer = pages.person("officer", "*", "W-1")
    shown = text(officer.get("/terminals?contract=*"))
    assert all(name in shown for name in ("PC-01", "SV-1", "PC-77", "登録簿にない端末", "承認待ち", "承認する"))
    number = hub.of("PC-77").id
    for role, code in (("worker", 403), ("preparer", 403), ("auditor", 403)):
        person = pages.person(role, "*" if role != "auditor" else "A", "W-3")
        assert person.get("/terminals").status_code == (403 if role == "worker" else 200)
        assert person.post(f"/terminals/{number}/decide", {"action": "approve"}).status_code == code
    limited = pages.person("officer", "B", "")
    seen = text(limited.get("/terminals"))
    assert ("SV-1" in seen, "PC-01" in seen, "承認する" in seen) == (True, False, False)
    assert limited.post(f"/terminals/{number}/decide", {"action": "approve"}).status_code == 404
    assert hub.of("PC-77").state == "waiting"
    systems = pages.person("systems", "*", "")
    assert systems.post(f"/terminals/{number}/decide", {"action": "approve"}).status_code == 302
    assert hub.of("PC-77").state == "approved"
    assert officer.post(f"/terminals/{number}/decide", {"action": "revoke"}).status_code == 302
    assert hub.of("PC-77").state == "revoked"
    assert officer.post(f"/terminals/{number}/decide", {"action": "delete"}).status_code == 404


@pytest.mark.slow
def test_two_officers_close_a_point_of_a_terminal_in_the_browser(hub: Hub, fleet: list[Terminal], pages: Any) -> None:
    one = fleet[0]
    mine = rows(
        hub.home,
        "select p.id from points p join files f on f.id = p.file_id where f.host = 'PC-01' and p.state = 'open'",
    )
    point = int(mine[0][0])
    first, second = (pages.person("officer", "*", number) for number in ("W-1", "W-2"))
    until = (clock.today() + timedelta(days=30)).isoformat()
    wish = {"action": "accept", "reason": "前年度の様式", "until": until, "passphrase": ask("W-1")}
    assert first.post(f"/points/{point}/end", wish).status_code == 302
    page = second.get(f"/points/{point}").content.decode()
    proposal = re.search(r'name="proposal" value="(\d+)"', page)
    assert proposal is not None
    given = {"proposal": proposal[1], "passphrase": ask("W-2")}
    assert second.post(f"/points/{point}/approve", given).status_code == 302
    talked(hub, one)
    assert rows(one.home, "select state, closed_why from points where id = ?", there(hub, point)) == [
        ("closed", "accepted")
    ]
    assert point not in open_points(hub.home)


def test_originals_that_terminals_speak_of_differently_are_shown(hub: Hub, fleet: list[Terminal], pages: Any) -> None:
    for one, name in zip(fleet, ("甲の名簿", "乙の名簿"), strict=False):
        tells(hub, one, name)
    shown = text(pages.person("officer", "*", "W-1").get("/terminals?contract=*"))
    assert all(word in shown for word in ("甲の名簿", "乙の名簿", "採用中"))


@pytest.mark.slow
def test_every_page_of_the_console_works_over_a_hub(hub: Hub, fleet: list[Terminal], pages: Any) -> None:
    browser = pages.person("officer", "*", "W-1")
    for name in WAY:
        answer = browser.get(f"/{name}?contract=*")
        assert answer.status_code == 200, name
        assert "/srv/data" not in answer.content.decode(), name
    assert "/terminals" in browser.get("/today").content.decode()
    assert OF_HUB == {"terminals"}


@pytest.mark.slow
def test_what_is_no_hub_has_no_terminals(officers: Any) -> None:
    browser = officers.person("officer", "*", "W-1")
    assert browser.get("/terminals?contract=*").status_code == 404
    assert "/terminals" not in browser.get("/today").content.decode()
