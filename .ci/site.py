"""Hook of the documentation's site: links to files outside ``docs/`` are shown as their path, and must exist; no page fetches anything. The pages
of the commands are made of their help, anew for each site."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

ROOT = Path(__file__).resolve().parents[1]
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)[^>]*\ssrc=["']?https?:|<link[^>]*rel=["']?(?:stylesheet|preconnect|icon)[^>]*href=["']?https?:"""
)
_LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#\s]+)[^)]*\)")


def on_pre_build(**_: object) -> None:
    """``docs/reference``."""
    folder = ROOT / "docs/reference"
    folder.mkdir(exist_ok=True)
    for language in ("ja", "en"):
        page = folder / f"commands.{language}.md"
        subprocess.run([sys.executable, "-m", "scanner.cli.reference", language, page], cwd=ROOT, check=True)


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Replace links that leave the folder of the documentation; raises ``PluginError`` for one that leads nowhere."""
    here = ROOT / "docs" / Path(page.file.src_uri).parent

    def shown(match: re.Match[str]) -> str:
        target = (here / match[2]).resolve()
        if not target.exists():
            raise PluginError(f"{page.file.src_uri}: {match[2]} is nowhere")
        if target.is_relative_to(ROOT / "docs"):
            return match[0]
        return f"{match[1]} (`{target.relative_to(ROOT).as_posix()}`)" if match[2] not in match[1] else match[1]

    return _LINK.sub(shown, markdown)


def on_post_page(output: str, page: Any, **_: object) -> str:
    """The page as it is; raises ``PluginError`` where it would fetch something from elsewhere."""
    if _FETCHED.search(output):
        raise PluginError(f"{page.file.src_uri} fetches something from elsewhere")
    return output
