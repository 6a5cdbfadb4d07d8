"""Who puts one more signature under a paper of the hub: a person of the officer's record who has not signed it under another number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from scanner.acts.signing import Ask, Rules, Signer, people, refuse_one_person, signer
from scanner.inventory.home import Home
from scanner.policy import persons


def cosigner(db: sqlite3.Connection, home: Home, rules: Rules, by: str, ask: Ask, signed_by: Iterable[str]) -> Signer:
    """The person that ``by`` means, with the key open.

    Args:
        signed_by: numbers whose signatures the paper bears already.

    Raises ``PeopleError``, also where one of those numbers is the same person.
    """
    one = signer(home, people(db, home), rules.policy, by, ask)
    for number in set(signed_by) - {one.number}:
        for other in persons.meant(rules.policy, number):
            refuse_one_person(other, one.worker)
    return one
