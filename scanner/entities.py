"""Every kind of value, once: what it is called, what law says of it, how it is known (``config/entities.toml`` and plug-ins).

The words of reports, the items of a contract and ``docs/rules/`` are made of this table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from detectors.plugins import PluginBroken, loaded, plugins, refuse_taken
from detectors.resources import config_dir
from scanner.messages import language


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of value."""

    name: str
    """As Presidio has it: ``JP_MY_NUMBER``."""
    ja: str
    en: str
    also: str = ""
    """Other words by which a contract calls it, with blanks between them."""
    law: str = ""
    what: str = ""
    """For an officer: what it is, what is left alone."""
    shape: str = ""
    check: str = ""
    """Check digit or register, with its source."""
    correct: str = ""
    """What to do beyond the usual where it is found at a wrong place."""
    found: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """Texts in which it is found and in which it is not; the tests run them."""
    depth: str = "quick"
    threshold: float = 0.5

    @property
    def word(self) -> str:
        """Its name in the language of this process."""
        return self.ja if language() == "ja" else self.en


def entity(name: str, told: Mapping[str, Any]) -> Entity:
    """An entry of the table; raises ``TypeError`` for a key that it does not have."""
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
    return Entity(name, **given)


@lru_cache(maxsize=1)
def entities() -> dict[str, Entity]:
    """Name → entity: ours in the order of the file, then those of plug-ins (``ENTITIES`` of their modules)."""
    table = tomllib.loads((config_dir() / "entities.toml").read_text(encoding="utf-8"))
    found = {name: entity(name, told) for name, told in table.items()}
    added = [getattr(module, "ENTITIES", {}) for module in loaded("identifiers")]
    refuse_taken("identifiers", added, found)
    for plugin, more in zip(plugins("identifiers"), added, strict=True):
        try:
            found |= {name: entity(name, told) for name, told in more.items()}
        except TypeError:  # a key that there is not, or none that must be
            raise PluginBroken(plugin, "TypeError") from None
    return found


def pages() -> dict[str, str]:
    """``docs/rules/``: file name → page, one an entity of ours and a list of them."""
    ours = tomllib.loads((config_dir() / "entities.toml").read_text(encoding="utf-8"))
    listed = [
        "# 見つけるもの",
        "",
        "`config/entities.toml` から作ります(`make rules`)。例は、すべてテストで実行しています。番号は架空か、公表された見本です。",
        "",
        "| 種類 | 名前 | 法令 |",
        "|---|---|---|",
    ]
    found = {}
    for name, told in ours.items():
        one = entity(name, told)
        file = f"{name.lower().replace('_', '-')}.md"
        listed.append(f"| [{one.ja}]({file}) | `{name}` | {one.law} |")
        found[file] = _page(one)
    found["README.md"] = "\n".join(listed) + "\n"
    return found


def _page(one: Entity) -> str:
    rows = {
        "法令": one.law,
        "形": one.shape,
        "検査数字など": one.check,
        "契約の記録項目での呼び方": "、".join([one.ja, *one.also.split()]),
    }
    lines = [f"# {one.ja} (`{one.name}`, {one.en})", "", one.what, "", "| | |", "|---|---|"]
    lines += [f"| {label} | {text} |" for label, text in rows.items()]
    lines += ["", "## 例", "", "見つけるもの:", "", *(f"    {text}" for text in one.found)]
    lines += ["", "見つけないもの:", "", *(f"    {text}" for text in one.left)]
    lines += ["", "## 見つかったら", "", one.correct + _USUAL if one.correct else _USUAL]
    return "\n".join(lines) + "\n"


_USUAL = """承諾された場所の外にあれば、要確認になります。承諾された場所へ移すか、指示に従って消去し、必要なら承諾を得てください。次の検査が
確かめて、要確認を自動で終わらせます。人のものでない番号が見つかったときは `sekisho points dismiss` で、理由とともに終えられます。
見つけ方の誤りは、値そのものではなく、形と見出しを添えて知らせてください。
"""


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for file_name, text in pages().items():
        Path(sys.argv[1], file_name).write_text(text, encoding="utf-8", newline="\n")
