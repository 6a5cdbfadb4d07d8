"""Debian's Chromium without a window, driven over a pipe by the DevTools protocol: no network, no port, no package."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import needed

PATIENCE = 60
"""Seconds for one answer, on a machine that is busy."""


class Page:
    """One page of the browser."""

    def __init__(self, into: int, out: int) -> None:
        self._into, self._out, self._rest, self._number, self.session = into, out, b"", 0, ""
        self._opened()
        self.told: list[dict[str, Any]] = []
        """Events: requests that were made, errors of the console."""

    def another(self) -> str:
        """A page of another person, who shares no cookie with this one: what to set ``session`` to."""
        self.session = ""
        return self._opened(browserContextId=self.call("Target.createBrowserContext")["browserContextId"])

    def _opened(self, **where: str) -> str:
        target = self.call("Target.createTarget", url="about:blank", **where)["targetId"]
        self.session = str(self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "DOM", "Network", "Log"):
            self.call(f"{domain}.enable")
        return self.session

    def call(self, method: str, **words: Any) -> dict[str, Any]:
        """One command and its answer; what the page says meanwhile is kept in ``told``."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": words}
        if self.session:
            asked["sessionId"] = self.session
        os.write(self._into, json.dumps(asked).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            if hasattr(self, "told"):
                self.told.append(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._out], [], [], PATIENCE)
            assert ready, "the browser does not answer"
            part = os.read(self._out, 1 << 20)
            assert part, "the browser is gone"
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found

    def open(self, path: Path) -> None:
        """A page from the disk, as by a double click."""
        self.call("Page.navigate", url=path.as_uri())
        self.value("new Promise((d) => document.readyState === 'complete' ? d() : addEventListener('load', () => d()))")

    def value(self, expression: str) -> Any:
        """What an expression gives in the page, promises awaited."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def choose(self, field: str, path: Path) -> None:
        """A file or folder in the field ``#field``, as by its dialog."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=f"#{field}")["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def requests(self) -> list[str]:
        """Addresses that were asked for."""
        return [e["params"]["request"]["url"] for e in self.told if e.get("method") == "Network.requestWillBeSent"]

    def printed(self) -> bytes:
        """The page as a PDF."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def seen(self) -> bytes:
        """The whole page as a PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """Chromium with a profile of its own in ``folder``."""
    program = needed("chromium")
    their_in, into = os.pipe()
    out, their_out = os.pipe()

    def as_3_and_4() -> None:
        first, second = os.dup(their_in), os.dup(their_out)
        os.dup2(first, 3)
        os.dup2(second, 4)

    words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"]
    words += ["--no-first-run", "--disable-background-networking", f"--user-data-dir={folder / 'profile'}"]
    with subprocess.Popen(
        [program, *words], preexec_fn=as_3_and_4, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        os.close(their_in)
        os.close(their_out)
        try:
            yield Page(into, out)
        finally:
            child.kill()
            os.close(into)
            os.close(out)
