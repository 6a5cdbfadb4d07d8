"""Office documents written by hand, one by one, in layouts that no template of ours has. All persons are invented.

A document begins with ``=== title``; ``{P:山田}`` is a labelled value (P name, A address, T telephone, E mail, B birth date,
Z postal code, M My Number, made up when read, I IP address, R and G numbers of a person, V number plate, N bank account,
K passport, L driving licence, Q pension number, C residence card, H, F and J numbers of the care, health and
employment insurance, D payment card, O disability certificate, U resident code, W welfare case, X recipient of public medical care, Y account of the
post bank, S special-care fact).
``dev`` was read while the rules were made, and the networks are trained with it (about other persons every time). The errors in
``test`` were never looked at; once they are, its documents belong to ``dev`` and new ones must be written.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from benchmarks import numbers
from benchmarks.office_values import Document

_FOLDER = Path(__file__).with_name("handwritten")
_MARK = re.compile(r"\{([A-Z])(?::([^}]*))?\}")
_ENTITIES = {
    "P": "PERSON",
    "A": "JP_ADDRESS",
    "T": "PHONE_NUMBER",
    "E": "EMAIL_ADDRESS",
    "B": "DATE_OF_BIRTH",
    "Z": "JP_POSTAL_CODE",
    "M": "JP_MY_NUMBER",
    "I": "IP_ADDRESS",
    "R": "JP_PERSONAL_REFERENCE",
    "G": "JP_STUDENT_ID",
    "S": "JP_SENSITIVE",
    "V": "JP_VEHICLE_PLATE",
    "N": "JP_BANK_ACCOUNT",
    "K": "JP_PASSPORT",
    "L": "JP_DRIVER_LICENSE",
    "Q": "JP_PENSION_NUMBER",
    "C": "JP_RESIDENCE_CARD",
    "H": "JP_CARE_INSURANCE",
    "D": "CREDIT_CARD",
    "F": "JP_HEALTH_INSURANCE",
    "J": "JP_EMPLOYMENT_INSURANCE",
    "O": "JP_DISABILITY_CERTIFICATE",
    "U": "JP_RESIDENT_CODE",
    "W": "JP_WELFARE_CASE",
    "X": "JP_PUBLIC_RECIPIENT_NUMBER",
    "Y": "JP_YUCHO_ACCOUNT",
}


def handwritten(part: str) -> list[Document]:
    """The documents of ``dev`` or ``test``."""
    chance = random.Random(part)
    found: list[Document] = []
    for number, piece in enumerate(re.split(r"(?m)^=== ", (_FOLDER / f"{part}.txt").read_text(encoding="utf-8"))[1:]):
        title, _, body = piece.partition("\n")
        document = Document(title, number)
        at = 0
        for mark in _MARK.finditer(body):
            value = mark[2] if mark[2] is not None else numbers.my_number(chance)
            document.add(body[at : mark.start()])
            if mark[1] == "Z" and value.startswith("〒"):
                document.add("〒")
                value = value[1:]
            document.put(_ENTITIES[mark[1]], value)
            at = mark.end()
        found.append(document.add(body[at:]))
    return found
