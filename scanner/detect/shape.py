"""The form of a value without the value."""

from __future__ import annotations

import re
import unicodedata


def shape(entity: str, value: str) -> str:
    """The form of a value without the value: ``漢字2+漢字2``, ``0NN-NNNN-NNNN``. At most eight runs."""
    text = unicodedata.normalize("NFKC", value)
    if entity == "PHONE_NUMBER":
        return re.sub(r"[1-9]", "N", re.sub(r"(?<!^)0", "N", text))[:24]
    if re.fullmatch(r"[0-9\s\-./()]+", text):
        return re.sub(r"[0-9]", "N", re.sub(r"\s", " ", text))[:40]
    words = [name if name == "+" else f"{name}{count}" for name, count in _script_runs(text)[:12]]
    return "".join(words).strip("+") or "…"


def _script_runs(text: str) -> list[tuple[str, int]]:
    runs: list[tuple[str, int]] = []
    for char in text:
        name = _script(char) or "+"
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1] + 1)
        else:
            runs.append((name, 1))
    return runs


def _script(char: str) -> str:
    if "一" <= char <= "龥" or char in "々ヶ﨑髙":
        return "漢字"
    if "ぁ" <= char <= "ん":
        return "かな"
    if "ァ" <= char <= "ー":
        return "カナ"
    if char.isdigit():
        return "数字"
    if char.isalpha():
        return "英字" if char.isascii() else "文字"
    return ""
