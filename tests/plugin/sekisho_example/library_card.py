"""貸出券番号 of a library: L, two digits of the year, six digits, of which the last is the sum of the others mod 10."""

from detectors.identifiers.pattern import PatternSpec

SPECS = (
    PatternSpec(
        family="LIBRARY_CARD",
        entity="EX_LIBRARY_CARD",
        pattern=r"(?<![0-9A-Za-z])L[0-9]{8}(?![0-9A-Za-z])",
        literal="L",
        alone=0.3,  # without its label it is any catalogue number
        lettered=True,
    ),
)
LABELS = {"LIBRARY_CARD": ("貸出券番号", "館内カード番号")}
ENTITIES = {
    "EX_LIBRARY_CARD": {
        "ja": "図書館の貸出券番号",
        "en": "library card",
        "also": "貸出券番号",
        "what": "図書館の利用者に付けた番号。",
        "shape": "L+数字8。見出しが必要です。",
        "found": ["貸出券番号 L26004512"],
        "left": ["請求記号 L26004512"],
    }
}
EXAMPLES = (("貸出券番号 L26004512", ("EX_LIBRARY_CARD",)), ("請求記号 L26004512", ()))
