"""Pictures of every page of the console, in both languages, three widths, light and dark: ``python -m benchmarks.console_pictures OUT``.

They are there to be looked at one by one. What a program can see is printed: pages that are wider than the window, messages that are not
in the catalogue, and with ``--axe axe.min.js`` (of npm's ``axe-core``) what that finds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scanner.inventory.home import Home
from tests.scanner import consoles
from tests.scanner.chromium import Page, browser
from tests.scanner.test_officers_browser import _open, _sent, served

LANGUAGES, WIDTHS, SCHEMES = ("ja", "en"), (390, 800, 1280), ("light", "dark")
_MORE = """
[[contract.instruction]]
id = "指示-1"
date = 2026-04-02
kind = "dispose"
by = "市民部"
[[contract.disposal]]
id = "廃-1"
instruction = "指示-1"
scope = ["R-9"]
executed_on = 2026-04-03
[[contract.incident]]
id = "事故-1"
kind = "suspicion"
known_on = 2026-04-04
summary = "委託者の送付書と人数が合わない"
"""
_ASKED = (
    "/forms/preview?form=1",
    "/forms/preview?form=3&month=2026-11",
    "/forms/preview?form=9c",
    "/unmask?next=/today",
    "/nowhere",
)
"""Pages to which no link leads."""
_NOT = ("/workbook", "/verifier", "/file", "/logout")
_AXE = "axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then((r) => r.violations.map((v) => [v.id, v.nodes[0].html.slice(0, 140)]))"
_WIDE = "document.documentElement.scrollWidth > innerWidth + 1 ? document.documentElement.scrollWidth : 0"
_LINKS = "[...document.querySelectorAll('a[href^=\"/\"]')].map((a) => a.getAttribute('href').split('#')[0])"


class _Place:
    """What is served."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, Home(folder / "home")


def _office(folder: Path) -> _Place:
    with redirect_stdout(StringIO()):
        consoles.office(folder)
    path = folder / "policy.toml"
    before, mark, after = path.read_text(encoding="utf-8").partition('[[contract]]\nid = "B"')
    path.write_text(f"{before}{_MORE}{mark}{after}", encoding="utf-8", newline="\n")
    return _Place(folder)


def _paths(page: Page, address: str) -> Iterator[str]:
    """Every page that links lead to, of addresses that differ in their conditions alone the first."""
    waiting, known = ["/today?contract=A", "/me"], set[str]()
    while waiting:
        path = waiting.pop(0)
        _open(page, f"{address}{path}")
        yield path
        for one in page.value(_LINKS):
            plain = one.partition("?")[0]
            if plain not in known and not any(word in plain for word in _NOT):
                known.add(plain)
                waiting.append(one)


def _taken(page: Page, address: str, path: str, file: Path, axe: str) -> Iterator[object]:
    _open(page, f"{address}{path}")
    page.value("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    file.write_bytes(page.seen())
    if wide := page.value(_WIDE):
        yield f"wide {wide}"
    if axe:
        page.value(f"{axe};0")
        yield from page.value(_AXE)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", default=Path("build/pages"))
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--only", default="", help="such as ja:390:dark")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    axe = given.axe.read_text(encoding="utf-8") if given.axe else ""
    found: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        place = _office(Path(folder) / "office")
        with served(place) as (address, link, _), browser(Path(folder)) as page:
            _open(page, link)
            _sent(
                page, {"username": "first", "worker": "W-1", "password": consoles.PASSWORD, "again": consoles.PASSWORD}
            )
            page.call("Page.setBypassCSP", enabled=True)
            paths = [*_paths(page, address), *_ASKED]
            for lang in LANGUAGES:
                page.call("Network.setCookie", name="sekisho-language", value=lang, url=address)
                for scheme in SCHEMES:
                    page.call(
                        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
                    )
                    for width in WIDTHS:
                        combination = f"{lang}:{width}:{scheme}"
                        if given.only and combination not in given.only.split(","):
                            continue
                        page.call(
                            "Emulation.setDeviceMetricsOverride",
                            width=width,
                            height=900,
                            deviceScaleFactor=1,
                            mobile=False,
                        )
                        for path in paths:
                            name = (
                                path.strip("/").replace("/", "_").replace("?", "_").replace("&", "_").replace("=", "-")
                            )
                            file = given.out / f"{lang}-{width}-{scheme}-{name}.png"
                            if wrong := list(_taken(page, address, path, file, axe)):
                                found[f"{combination} {path}"] = wrong
    print(json.dumps(found, ensure_ascii=False, indent=1))
    print(f"{len(paths)} pages, {len(found)} with something to mend")


if __name__ == "__main__":
    main()
