"""A small office over TLS: an original is received on one terminal, a copy comes to another, the officers see and close it in the console."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner import clock
from scanner.hub import parcels, publishing
from scanner.inventory.home import Home
from tests.conftest import Sekisho
from tests.scanner.officers_hub import ask, officers_hub, rows, rules_in
from tests.scanner.test_hub_served import serving
from tests.scanner.world import table

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("officers")]
TERMINALS = ("1", "2", "3")


def _until(what: Any) -> Any:
    for _ in range(300):
        if found := what():
            return found
        clock.System().sleep(0.1)
    pytest.fail("it did not come")


def test_a_copy_on_the_third_terminal_is_on_the_console(tmp_path: Path, sekisho: Sekisho) -> None:
    folder = tmp_path / "hub"
    folder.mkdir()
    rules = rules_in(folder)
    policy = Path(rules.path)
    place = f'[[contract.place]]\nid = "s"\nkind = "storage"\npath = "{(tmp_path / "store").as_posix()}"\n'
    text = policy.read_text(encoding="utf-8").replace("[[contract.worker]]", place + "[[contract.worker]]", 1)
    policy.write_text(text, encoding="utf-8")
    rules = rules_in(folder)
    hub = officers_hub(folder)
    pieces = publishing.prepare(policy)
    for number in ("W-1", "W-2"):
        pieces = publishing.sign(pieces, hub.home, rules, number, ask)
    publishing.publish(hub.desk, pieces)
    (tmp_path / "code").write_text(hub.token(), encoding="utf-8")
    homes = {number: tmp_path / f"t{number}" for number in TERMINALS}
    with serving(hub) as url:

        def sent(number: str) -> None:
            done = sekisho("agent", "send", "--home", homes[number])
            assert done.code == 0, done.err

        for number, home in homes.items():
            done = sekisho("agent", "enrol", url, "--token-file", tmp_path / "code", "--home", home)
            assert done.code == 0, done.err
            sent(number)
        vouchers = parcels.prepare(hub.desk)
        for number in ("W-1", "W-2"):
            vouchers = parcels.sign(vouchers, hub.home, rules, number, ask)
        assert parcels.publish(hub.desk, vouchers) == len(TERMINALS)
        for name in ("store", "away"):
            (tmp_path / name).mkdir()
            (tmp_path / name / f"{name}.xlsx").write_bytes(table(12, 91))
        mine = ("--contract", "A", "--home", homes["1"], "-p", homes["1"] / "policy.toml")
        assert sekisho("receive", tmp_path / "store" / "store.xlsx", *mine).code == 0
        for number in TERMINALS:
            sent(number)
        theirs = ("--home", homes["3"], "-p", homes["3"] / "policy.toml")
        assert sekisho("scan", tmp_path / "away", "--depth", "quick", *theirs).code in (0, 1)

        from scanner.console import starting
        from scanner.console.site import Site
        from tests.scanner.consoles import Officers

        pages = Officers.__new__(Officers)
        pages.folder, pages.home = folder, Home(folder)
        starting.ready(Site(hub.home, policy), starting.LOCAL)
        first, second = (pages.person("officer", "*", number) for number in ("W-1", "W-2"))
        listed = "/points?contract=*&code=F07-UNDECLARED"
        number = _until(lambda: re.search(r'href="/points/(\d+)"', first.get(listed).content.decode()))[1]
        until = (clock.today() + timedelta(days=30)).isoformat()
        wish = {"action": "accept", "reason": "確認した", "until": until, "passphrase": ask("W-1")}
        answer = first.post(f"/points/{number}/end", wish)
        assert answer.status_code == 302, re.sub(r"<[^>]*>|\\s+", " ", answer.content.decode())[-900:]
        page = second.get(f"/points/{number}").content.decode()
        proposal = re.search(r'name="proposal" value="(\d+)"', page)
        assert proposal is not None
        given = {"proposal": proposal[1], "passphrase": ask("W-2")}
        assert second.post(f"/points/{number}/approve", given).status_code == 302

        def closed() -> bool:
            sent("3")
            return bool(rows(Home(homes["3"]), "select 1 from points where closed_why = 'accepted'"))

        _until(closed)
