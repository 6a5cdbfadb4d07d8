"""What names are written in, for the regular expressions of this room."""

from __future__ import annotations

import re

KANJI = r"一-龥々ヶ﨑髙㐂"
"""Inside a class. ヶ stands in surnames (城ヶ崎)."""
KANJI_ONLY = re.compile(f"[{KANJI}]+")
KATAKANA = r"ァ-ヴー"
KATAKANA_ONLY = re.compile(f"[{KATAKANA}]+")
