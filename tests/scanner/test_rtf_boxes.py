"""Text boxes in RTF: those of Word 6 and 95, of Word 97, one in the other. All is invented."""

from __future__ import annotations

import pytest

from tests.scanner.test_text_kinds import looked

BOX = r"{\*\do\dobxpage\dobypara\dodhgt8192\dptxbx\dptxbxmar0{\dptxbxtext\ltrpar\f0 %s}\dpx929\dpy1700\dplinehollow0}"
SHAPE = r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt \pard %s\par}}}"


@pytest.mark.parametrize("box", [BOX, SHAPE])
@pytest.mark.parametrize(
    "inside", [r"TEL 03-3141-5926\par", "TEL 03-3141-5926", r"{{TEL 03-3141-5926}\par}", r"{TEL 03-3141}{-5926}"]
)
def test_what_stands_in_a_box(box: str, inside: str) -> None:
    page = r"{\rtf1\ansi\ansicpg932{\fonttbl{\f0 Mincho;}}before " + box % inside + r" behind\par}"
    text, reasons = looked(page.encode(), "a.rtf")
    lines = [line.strip() for line in text.splitlines()]
    assert "TEL 03-3141-5926" in lines
    assert "behind" in "".join(lines)
    assert reasons == []


def test_a_page_that_is_one_box() -> None:
    text, _ = looked((r"{\rtf1\ansi " + BOX % "hello" + "}").encode(), "a.rtf")
    assert text.strip() == "hello"


@pytest.mark.parametrize("story", ["footnote", "header", "annotation", "shptxt"])
def test_a_line_goes_on_behind_what_stands_in_it(story: str) -> None:
    page = r"{\rtf1\ansi abc{\story {se}{cond}\par third}def\par}".replace("story", story)
    text, reasons = looked(page.encode(), "a.rtf")
    assert {"abcdef", "second", "third"} <= {line.strip() for line in text.splitlines()}
    assert reasons == []


@pytest.mark.parametrize("cut", range(20, 60, 3))
def test_a_cut_story_keeps_its_text(cut: int) -> None:
    page = r"{\rtf1\ansi abc{\footnote second\par third}def\par}"[:cut]
    text, _ = looked(page.encode(), "a.rtf")
    shown = page.replace("{\\rtf1\\ansi ", "").replace("{\\footnote", "").replace("\\par", "")
    for word in ("abc", "second", "third", "def"):
        assert (word in text) == (word in shown)
