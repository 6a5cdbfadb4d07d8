"""E-mail, postal code, network addresses."""

from __future__ import annotations

import re
from functools import lru_cache

from detectors.identifiers.number import NumberSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.interface import Check

_UNUSED_PREFIXES = frozenset(
    "000 008 009 032 117 118 119 122 126 127 128 129 138 139 147 148 149 159 172 199 200 209 217 218 219 228 229 "
    "268 269 280 281 291 423 429 499 548 588 608 609 628 686 687 688 724 748 908 909 977 978".split()
)


@lru_cache(maxsize=65536)
def _postal_exists(code: str) -> bool:
    from detectors.addresses.gazetteer import postal_code_exists

    return postal_code_exists(code)


def _postal(digits: str, groups: tuple[str, ...]) -> Check | None:
    if digits[:3] in _UNUSED_PREFIXES:
        return None
    return Check.PASS if _postal_exists(digits) else Check.FAIL


_NUMBERED = 40
"""Chapters, sections and parts of versions are not counted further than this; of a thousand addresses two have no larger part."""
_FEW = 20
"""… and the first three parts of a version seldom so far, whatever the build is."""
_VERSION = re.compile(r"(?:[/:v版]|ver(?:sion)?\.?|バージョン|リビジョン|リリース|節|項|章|条)[ :]?$", re.IGNORECASE)
"""Before the parts of a version or a section."""


def _numbering(match: re.Match[str], parts: list[int]) -> bool:
    """Whether four numbers rather count sections (14.24.4.3) or versions (Firefox/2.0.0.13) than name a host."""
    if max(parts) <= _NUMBERED or max(parts[:3]) < _FEW:
        return True
    return _VERSION.search(match.string, max(0, match.start() - 10), match.start()) is not None and parts[0] < _NUMBERED


_OF_NETWORKS = re.compile(
    r"(?:dns|gateway|ゲートウェイ|サブネット(?:マスク)?|ネームサーバー?|nameserver|ntp|プロキシ|proxy)[^0-9\n]{0,8}$",
    re.IGNORECASE,
)
"""Before the address of a device or a service."""
_MASK_BEHIND = re.compile(r" (?:netmask )?255\.")


def _octets(match: re.Match[str]) -> Check | None:
    """Addresses of private networks say nothing about a person unless a label says whose they are."""
    parts = [int(part) for part in match.group().split(".")]
    if not all(part < 256 for part in parts) or parts[0] == 255:
        return None
    if _MASK_BEHIND.match(match.string, match.end()):
        return None  # the configuration of a device
    if _OF_NETWORKS.search(match.string, max(0, match.start() - 20), match.start()):
        return None
    private = (
        parts[0] in (0, 10, 127, 255)
        or parts[:2] == [192, 168]
        or (parts[0] == 172 and 16 <= parts[1] <= 31)
        or parts[0] >= 224
    )
    return Check.FAIL if private or _numbering(match, parts) else Check.NONE


SPECS = (
    NumberSpec(
        family="POSTAL_CODE",
        entity="JP_POSTAL_CODE",
        shapes=("3-4", "7"),
        test=_postal,
        alone=0.2,  # raised where an address stands behind it (detectors.raising)
        grouped=0.6,
        labelled_fail=0.7,
        separators="-",
        mark="〒",
        padded=(7,),
        order=45,
    ),
    PatternSpec(
        family="EMAIL",
        entity="EMAIL_ADDRESS",
        pattern=r"[A-Za-z0-9](?<![A-Za-z0-9.%+\-@/].)(?<![ -~]_.)(?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9_%+\-])?@"
        r"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9@])",
        literal="@",
        reach=64,
        alone=0.95,
        labelled=0.98,
    ),
    PatternSpec(
        family="IPV4",
        hint=r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
        reach=3,
        entity="IP_ADDRESS",
        pattern=r"[0-9](?<![0-9A-Za-z.\-].)[0-9]{0,2}\.(?:[0-9]{1,3}\.){2}[0-9]{1,3}(?![0-9A-Za-z\-]|\.[0-9])",
        test=_octets,
        alone=0.55,
    ),
    PatternSpec(
        family="IPV6",
        hint=r":(?:[0-9A-Fa-f]{1,4}:(?=[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:])|:)",
        reach=30,
        entity="IP_ADDRESS",
        pattern=r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])"
        r"|(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{1,4}:){2,6}:(?:[0-9A-Fa-f]{1,4}:){0,4}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])",
        literal=":",
        alone=0.55,
    ),
    *(
        PatternSpec(
            family="MAC_ADDRESS",
            hint=rf"{mark}[0-9A-Fa-f]{{2}}{mark}[0-9A-Fa-f]{{2}}{mark}",
            reach=2,
            entity="MAC_ADDRESS",
            pattern=r"(?<![0-9A-Za-z:\-])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![0-9A-Za-z:\-])"
            r"|(?<![0-9A-Za-z:\-])(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?![0-9A-Za-z:\-])",
            alone=0.55,
        )
        for mark in (":", "-")  # the engine skips to a mark, not to one of two
    ),
)

EXAMPLES = (
    ("〒100-0001", ("JP_POSTAL_CODE",)),
    ("郵便番号 0600000", ("JP_POSTAL_CODE",)),
    ("119-0001", ()),
    ("連絡先はhanako.yamada@example.jpまで", ("EMAIL_ADDRESS",)),
    ("名簿_suzuki@example.jp_2026", ("EMAIL_ADDRESS",)),
    ("user@localhost", ()),
    ("接続元 192.0.2.1", ("IP_ADDRESS",)),
    ("version 192.0.2.1.5", ()),
    ("DNS 192.0.2.53 デフォルトゲートウェイ: 192.0.2.1", ()),
    ("\n  14.24.4.3. 設定のしかた", ()),
)
