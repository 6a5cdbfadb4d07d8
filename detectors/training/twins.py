"""Texts about places and texts about persons in which the same words stand: 品川 is where a train stops and who answers a call.

One bearer of a surname in four is called like a municipality. What tells them apart is the sentence, and that a list of places holds
nothing else: half of the texts name persons, half of the persons are called like municipalities.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache

from detectors.addresses.gazetteer import stems
from detectors.names.lexicon import lexicon
from detectors.training import names
from detectors.training.daily import Daily, filled_templates
from detectors.training.marked import Text, joined

_PLACES, _CALLED = filled_templates("places"), filled_templates("called")
_HEADS = (
    *[""] * 8,
    *"{noun}一覧 {word}予定 {noun}メモ {date} {word}表 {noun}・{word} {word}状況 {noun}について {date}の{word} {dept}".split(),
)


class Twins(Daily):
    """A seeded source of such texts."""

    def text(self) -> Text:
        """One text of one line, or of several alike."""
        chance = self.chance
        persons = chance.random() < 0.5
        source = _CALLED if persons else _PLACES
        forms = [chance.choice(source)] if chance.random() < 0.5 else chance.sample(source, chance.randint(1, 4))
        head = chance.choice(_HEADS)
        rows = [self._filled(head)] if head else []
        alike = chance.random() < 0.6
        for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
            form = forms[0] if alike else chance.choice(forms)
            while "{p}" in form:
                form = form.replace("{p}", self._town(), 1)
            rows.append(self._filled(form))
        return joined(rows)

    def somebody(self) -> names.Name:
        """Somebody; half of those with a Japanese name are called like a municipality."""
        n = super().somebody()
        return replace(n, family=_both(self.chance)) if n.kind == "japanese" and self.chance.random() < 0.5 else n

    def _town(self) -> str:
        return _both(self.chance) if self.chance.random() < 0.6 else self._slot("town", [])[0]


@lru_cache(maxsize=1)
def _both_ways() -> tuple[list[str], list[float]]:
    """Surnames that are municipalities too, and how often each is taken: more often where more people are called so."""
    found = {name: count for name, count in lexicon().surnames.items() if name in stems()}
    return list(found), [count**0.5 for count in found.values()]


def _both(chance: random.Random) -> str:
    words, weights = _both_ways()
    return chance.choices(words, weights)[0]
