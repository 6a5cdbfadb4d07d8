"""A hub whose folder is that of its officers too, as the console serves it, and what is decided there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.hub.world import Hub, Terminal, connected
from scanner import clock
from scanner.acts import decisions, enrolment
from scanner.acts.signing import Rules
from scanner.hub.officers import of_record
from scanner.inventory.home import Home, prepare
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.policy.load import loaded

POLICY = """
[[contract]]
id = "A"
title = "甲"
starts = 2020-01-01
[[contract.worker]]
id = "W-1"
name = "従事者 一"
[[contract.worker]]
id = "W-2"
name = "従事者 二"
[[contract.worker]]
id = "W-3"
name = "従事者 三"
"""


def ask(worker: str) -> str:
    """Their passphrases."""
    return f"{worker} no himitsu no kotoba"


def rules_in(folder: Path) -> Rules:
    """The policy of the folder, written there where it is not yet."""
    path = folder / "policy.toml"
    if not path.exists():
        path.write_text(POLICY, encoding="utf-8")
    policy, digest = loaded(path)
    return Rules(policy, digest, str(path))


def officers_hub(folder: Path) -> Hub:
    """W-1 and W-2 begin the record, and are the officers."""
    home = Home(folder)
    prepare(home)
    enrolment.begin(home, rules_in(folder), "W-1", "W-2", ask)
    return Hub(folder, of_record(str(folder)))


def copied(begun: Path, folder: Path) -> Iterator[Hub]:
    """A hub out of a copy of a folder that was begun once, connected; its terminals lie beside it in ``folder / "w"``."""
    shutil.copytree(begun, folder / "w")
    made = Hub(folder / "w/hub")
    with connected(made):
        yield made
    made.desk.database.close()


def decided(
    hub: Hub, point: int, action: str = "accept", by: str = "W-1", reviewer: str = "W-2", days: int = 30
) -> Any:
    """A decision in the hub's inventory."""
    wish = decisions.Wish(action, "前年度からの様式", clock.today() + timedelta(days=days))
    return decisions.end(hub.home, rules_in(hub.home.path), point, wish, by, ask, reviewer)


def staged(hub: Hub, point: int, action: str, due: date | None = None) -> None:
    """Its treatment has begun."""
    with Store(hub.home.database, only_notes=True) as store:
        decisions.stage(store.connection, point, action, "W-1", "調べる", due)


def rows(home: Home, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of an inventory."""
    reader = Reader(home.database)
    try:
        return [tuple(row) for row in reader.rows(statement, values)]
    finally:
        reader.close()


def open_points(home: Home) -> list[int]:
    """Numbers of the open points about files."""
    return [n for (n,) in rows(home, "select id from points where state = 'open' and file_id is not null order by id")]


def there(hub: Hub, point: int) -> int:
    """The number on its terminal."""
    return int(rows(hub.home, "select there from hub_rows where tab = 'points' and here = ?", point)[0][0])


def talked(hub: Hub, terminal: Terminal) -> None:
    """Both sides have heard everything of each other."""
    for _ in range(2):
        hub.fold()
        terminal.send()
    hub.fold()
