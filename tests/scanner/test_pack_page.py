"""The verifier's page in a real browser, opened from the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.report.pack.verifier import joined
from tests.scanner import packs
from tests.scanner.chromium import Page, browser
from tests.scanner.test_pack_verifiers import written

WAIT = """new Promise((done) => { const look = () => { const c = document.getElementById("result").className;
  if (c && c !== "busy") done([c, document.getElementById("result").innerText]); else setTimeout(look, 20); }; look(); })"""
"""The outcome, once it is there, and what is read."""


def asked(page: Page, path: Path, key: str = "", checkpoint: str = "") -> tuple[str, str]:
    """Outcome and text for one pack."""
    page.value(f'document.getElementById("key").value = {key!r}')
    page.value(f'document.getElementById("checkpoint").value = `{checkpoint}`')
    page.value('document.getElementById("result").className = ""')
    field = "folder" if path.is_dir() else "zip"
    page.value(f'document.getElementById("{field}").value = ""')  # what a click on it does
    page.choose(field, path)
    outcome, said = page.value(WAIT)
    return str(outcome), str(said)


@pytest.mark.slow
def test_the_page_in_a_browser(tmp_path: Path) -> None:
    whole = packs.pack()
    html = tmp_path / "verify.html"
    html.write_bytes(joined.page())
    folder, zipped = written(whole, tmp_path / "pack"), tmp_path / "pack.zip"
    zipped.write_bytes(packs.zip_of(whole))
    changed = written({**whole, "forms/18.xlsx": b"fewer rows"}, tmp_path / "changed")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(zipped.read_bytes()[:-100])
    with browser(tmp_path) as page:
        page.open(html)
        assert page.value("document.body.className") == "ready"
        for path in (folder, zipped):
            outcome, said = asked(page, path, packs.VKEY, packs.checkpoint(packs.EARLIER))
            assert outcome == "agrees", said
            assert "○ 一致" in said
            assert "架空データ株式会社" in said
            outcome, said = asked(page, path)
            assert outcome == "agrees_own"
            assert "鍵は未確認" in said
        outcome, said = asked(page, changed, packs.VKEY)
        assert outcome == "differs"
        assert "forms/18.xlsx" in said
        assert "不一致" in said
        assert asked(page, cut)[0] == "differs"
        assert page.printed().startswith(b"%PDF")
        assert {url.partition(":")[0] for url in page.requests()} <= {"file"}
        assert page.value("fetch('https://example.com/').then(() => 'sent', () => 'refused')") == "refused"
        noise = [e for e in page.told if e.get("method") == "Runtime.exceptionThrown"]
        assert noise == []
