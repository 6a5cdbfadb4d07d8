"""A person at a browser who knows a page by what is written on it: presses what says so, fills in what is called so."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.scanner.chromium import PATIENCE, Page

_SEEN = """
const seen = (e) => e.checkVisibility() && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
const said = (e) => e.textContent.replace(/\\s+/g, ' ').trim();
"""
_PRESS = """((text, nth) => { %s
  const all = [...document.querySelectorAll('main a, main button, main summary, nav a, header a, header button')]
    .filter((e) => seen(e) && said(e).includes(text));
  const exact = all.filter((e) => said(e) === text), found = (exact.length ? exact : all)[nth];
  if (!found) return document.title + ': nothing says ' + text;
  if (found.tagName === 'SUMMARY') window.part = found.parentElement;
  found.click();
  return found.tagName === 'SUMMARY' ? 'opened' : '';
})(%s, %d)"""
_FILL = """((label, value) => { %s
  const found = [...(window.part || document.querySelector('main')).querySelectorAll('label')].filter((e) => seen(e) && said(e).startsWith(label))[0];
  const field = found && (found.control || document.getElementById(found.htmlFor));
  if (!field) return document.title + ': nothing is called ' + label;
  if (field.type === 'checkbox') field.checked = value;
  else if (field.tagName === 'SELECT') {
    const option = [...field.options].filter((o) => said(o).startsWith(value))[0];
    if (!option) return 'no choice ' + value + ' of ' + label;
    field.value = option.value;
  } else field.value = value;
  return '';
})(%s, %s)"""


class Visitor:
    """One person, in a context of the browser of their own; no page runs a script of its own."""

    def __init__(self, page: Page, *, own: bool = False, downloads: Path | None = None) -> None:
        self._page, self._downloads = page, downloads
        if downloads is not None:
            page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        self._session = page.another() if own else page.session
        self._at()
        page.call("Emulation.setScriptExecutionDisabled", value=True)

    def _at(self) -> Page:
        self._page.session = self._session
        return self._page

    def goes(self, address: str) -> None:
        """By the field of addresses."""
        page = self._at()
        self._then(lambda: page.call("Page.navigate", url=address))

    def presses(self, text: str, nth: int = 0) -> None:
        """A link, a button, or what opens a part of the page; waits for the next page where there is one."""
        page = self._at()
        page.told.clear()
        done = page.value(_PRESS % (_SEEN, json.dumps(text), nth))
        assert done in ("", "opened"), f"{done}\n{self.text}"
        if not done:
            self._loaded()

    def takes(self, text: str, nth: int = 0) -> Path:
        """A file, by what is pressed for it."""
        assert self._downloads is not None
        before, until = set(self._kept()), time.monotonic() + PATIENCE
        done = self._at().value(_PRESS % (_SEEN, json.dumps(text), nth))
        assert done == "", done
        while not (new := [file for file in self._kept() if file not in before]):
            assert time.monotonic() < until, f"no file comes for {text}: {self.text}"
            time.sleep(0.1)
        return new[0]

    def _kept(self) -> list[Path]:
        """Files that have come wholly."""
        folder = self._downloads
        if folder is None or not folder.is_dir():
            return []
        return [f for f in folder.iterdir() if f.suffix in (".docx", ".xlsx", ".zip", ".html", ".pdf", ".csv")]

    def fills(self, **words: Any) -> None:
        """Fields by what stands beside them: of the part that was opened last, where one was."""
        for label, value in words.items():
            done = self._at().value(_FILL % (_SEEN, json.dumps(label), json.dumps(value)))
            assert done == "", done

    def ticks_all(self, legend: str) -> None:
        """Every box of a group."""
        groups = "[...document.querySelectorAll('main fieldset')]"
        here = f"{groups}.filter((e) => e.querySelector('legend').textContent.trim() === {json.dumps(legend)})[0]"
        ticked = f"[...{here}.querySelectorAll('input[type=checkbox]')].map((e) => {{ e.checked = true; }}).length"
        assert self._at().value(ticked), legend

    def reads(self, label: str) -> str:
        """What stands in a field that cannot be changed."""
        fields = "[...document.querySelectorAll('main input[readonly]')]"
        return str(self._at().value(f"{fields}.filter((e) => e.ariaLabel === {json.dumps(label)})[0].value"))

    @property
    def text(self) -> str:
        """What is to be read."""
        return str(self._at().value("document.querySelector('main').innerText"))

    @property
    def path(self) -> str:
        """Where they are."""
        return str(self._at().value("location.pathname"))

    def _then(self, act: Any) -> None:
        self._page.told.clear()
        act()
        self._loaded()

    def _loaded(self) -> None:
        until = time.monotonic() + PATIENCE
        while not any(e.get("method") == "Page.loadEventFired" for e in self._page.told):
            assert time.monotonic() < until, f"no page follows {self.path}"
            self._page.value("1")
