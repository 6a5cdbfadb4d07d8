"""The licences of everything in the package: their texts collected, what may not be handed on refused."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from pathlib import Path

_COPYLEFT = re.compile(r"(?<![A-Za-z])A?GPL|GNU (Affero )?General Public License", re.IGNORECASE)
_WORDS = re.compile(r"licen[sc]e|copying|notice|legal|copyright", re.IGNORECASE)
_LONGEST = 80


class Refused(Exception):
    """A part whose licence is not told or does not let the package be handed on."""


@dataclass(frozen=True, slots=True)
class Part:
    """One distribution in the package."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]


def told(metadata: Message) -> str:
    """The licence that the metadata of a distribution tell: an SPDX expression, one line, or the classifiers; else empty."""
    expression = metadata.get("License-Expression", "").strip()
    lines = [line.strip() for line in metadata.get("License", "").strip().splitlines()]
    classes = [
        c.split("::")[-1].strip()
        for c in metadata.get_all("Classifier", [])
        if c.startswith("License ::") and c.split("::")[-1].strip() != "OSI Approved"
    ]
    short = lines[0] if len(lines) == 1 and 0 < len(lines[0]) <= _LONGEST and lines[0] != "UNKNOWN" else ""
    return expression or short or ", ".join(classes) or (lines[0][:_LONGEST] if lines else "")


def copyleft(licence: str) -> bool:
    """Whether every choice that ``licence`` offers is the GPL or AGPL, which a package of other parts may not be under.

    ``A or B`` is a choice, and a text with an exception for what is built with it (``GPL-3.0-with-GCC-exception``) is none.
    """
    choices = re.split(r"\s+or\s+|;|\|", licence, flags=re.IGNORECASE)
    return all(_COPYLEFT.search(c) and not re.search("exception", c, re.IGNORECASE) for c in choices)


def of(packages: Path, own: frozenset[str] = frozenset()) -> list[Part]:
    """The distributions below ``packages``. Raises ``Refused`` with every one that may not be handed on."""
    parts: list[Part] = []
    bad: list[str] = []
    for folder in sorted(packages.glob("*.dist-info")):
        metadata = message_from_string((folder / "METADATA").read_text(encoding="utf-8", errors="replace"))
        texts = tuple(
            sorted(
                p for p in folder.rglob("*") if p.is_file() and (p.parent.name == "licenses" or _WORDS.search(p.name))
            )
        )
        name, licence = metadata.get("Name", folder.stem), told(metadata)
        parts.append(Part(name, metadata.get("Version", "?"), licence or "see its text", texts))
        if name in own:
            continue
        if copyleft(licence) if licence else not texts:
            bad.append(f"{name}: {licence or 'no licence is told'}")
    if bad:
        raise Refused("; ".join(bad))
    return parts


def collect(parts: list[Part], target: Path, more: dict[str, Path]) -> None:
    """Copy the texts to ``target`` and write the list of parts. ``more``: name → text of what is no distribution."""
    target.mkdir(parents=True)
    lines = []
    for part in parts:
        lines.append(f"{part.name} {part.version}: {part.licence}")
        for number, text in enumerate(part.texts):
            mark = f"-{number}" if number else ""
            shutil.copyfile(text, target / f"{part.name}{mark}.txt")
    for name, text in more.items():
        lines.append(f"{name}: {text.name}")
        shutil.copyfile(text, target / f"{name}.txt")
    (target / "PARTS.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\r\n")
