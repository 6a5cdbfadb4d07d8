"""第10: files with data of a contract that bear no label, or a lower one than the contract wants.

Only formats that can bear a label (``Format.labelled``) are asked for one: a text or csv file has no place for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.extract.kinds import FORMATS
from scanner.inventory.points import Fact
from scanner.labels import told

CODES = ("F10-LABEL",)


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module; none where the policy wants no label."""
    return (Labels(view),) if view.policy.labels.label_required else ()


class Labels:
    """Files in a contract's places and copies of its originals."""

    def __init__(self, view: View) -> None:
        self._rules = view.policy.labels
        self._of = {f.original.id: f.original for f in view.families}
        self._bearing = frozenset(f.media for f in FORMATS if f.labelled)

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """One fact a contract: which label is wanted, which it bears."""
        if file.media_type not in self._bearing:
            return
        originals = [self._of[n] for n in file.families if n in self._of]
        for number in dict.fromkeys(filter(None, (file.contract, *(o.contract for o in originals)))):
            wanted = self._rules.label_required.get(number)
            least = self._rules.rank(wanted) if wanted else None
            if wanted is None or least is None:
                continue
            borne = told(json.loads(file.notes))
            ranks = [rank for guid in borne if (rank := self._rules.rank(guid)) is not None]
            if max(ranks, default=-1) >= least:
                continue
            found = [self._rules.named(guid) for guid in borne]
            family = next((o.family for o in originals if o.contract == number), "")
            yield Fact("F10-LABEL", file.id, "", number, family, {"label_required": wanted, "labels": found})

    def finish(self) -> Iterator[Fact]:
        """Nothing beyond files."""
        yield from ()
