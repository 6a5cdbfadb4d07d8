"""Accounts in the records of the banks' transfer files."""

from __future__ import annotations

from collections.abc import Iterator

from detectors.interface import Check, Match, View
from detectors.transfers import transfers

FAMILY = "TRANSFER"


class TransferRecognizer:
    """One account a record; no label stands anywhere."""

    name = "transfers"

    def find(self, view: View) -> Iterator[Match]:
        """Accounts of people and of firms."""
        for transfer in transfers(view.text):
            yield Match("JP_BANK_ACCOUNT", *transfer.account, 0.97, Check.NONE, FAMILY, "record of a transfer file")


RECOGNIZERS = (TransferRecognizer(),)
EXAMPLES = (
    (
        "20149ｼｽﾞｵｶ         101ﾎﾝﾃﾝ              10441872ｲﾜﾓﾄ ｶﾂﾔ                      00000184500\n",
        ("JP_BANK_ACCOUNT", "PERSON"),
    ),
    ("2 0149 ｼｽﾞｵｶ 101 ﾎﾝﾃﾝ 1 0441872 ｶ)ｲﾜﾓﾄ 000018450", ("JP_BANK_ACCOUNT",)),
    ("2 0149 部品 101 本店 1 0441872 在庫 000018450", ()),
)
