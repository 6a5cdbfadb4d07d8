"""What names are written in, for the regular expressions of this room."""

KANJI = r"一-龥々ヶ﨑髙㐂"
"""Inside a class. ヶ stands in surnames (城ヶ崎)."""
KATAKANA = r"ァ-ヴー"
