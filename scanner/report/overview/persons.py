"""How many persons lie in a place at most: a person who stands in an original and in its excerpt is one, not two.

What is kept of a file is how many persons it holds and how many rows of which originals; never who. So the number is an upper bound:
rows of one original are counted up to its persons, the rest of each file by itself, and the same bytes once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scanner.inventory.point_lists import files_about
from scanner.inventory.reader import Reader
from scanner.report.overview.pictures import Place

_WHOLE = 0.95
"""Share of a file that is of an original from which on all of its persons are; as in ``kinship``."""


@dataclass(frozen=True, slots=True)
class Held:
    """One content: its persons, and of each original that it holds rows of, how many of them are from it."""

    persons: int
    shares: Mapping[int, int]


def most(contents: Sequence[Held], originals: Mapping[int, int]) -> int:
    """Persons of different contents together at most. ``originals``: persons of each."""
    left = [(one.persons, dict(one.shares)) for one in contents]
    total = 0
    for number in sorted({n for one in contents for n in one.shares}, key=lambda n: (-originals.get(n, 0), n)):
        # of those that are counted already some may be of this original too: only what is over is certainly still to be counted
        taken = [one.persons - persons for (persons, _), one in zip(left, contents, strict=True)]
        shares = [max(0, of.get(number, 0) - done) for (_, of), done in zip(left, taken, strict=True)]
        size = originals.get(number, 0)
        # what is left of a content that is the whole original and nothing else is all that is left of the original
        whole = [
            persons
            for (persons, _), one in zip(left, contents, strict=True)
            if one.shares.get(number, 0) >= max(one.persons, size)
        ]
        total += min(sum(shares), min(whole, default=size))
        left = [(persons - share, of) for (persons, of), share in zip(left, shares, strict=True)]
    return total + sum(persons for persons, _ in left)


def places(reader: Reader, contract: str) -> list[Place]:
    """Every place with the files that hold personal data, and the persons in them."""
    mine, values = files_about(contract)
    originals = {r["id"]: r["persons_max"] or 0 for r in reader.rows("select id, persons_max from originals")}
    files: dict[tuple[str, str], int] = {}
    contents: dict[tuple[str, str], dict[int, Held]] = {}
    shares: dict[int, dict[int, int]] = {}
    for row in reader.rows(
        "select k.content_id as content, k.original, k.exact, c.persons_max,"
        " case when k.rows > 0 then k.rows else k.texts end as matched, case when k.rows > 0 then k.rows_here else k.texts_here end as here,"
        " k.rows from copies k"
        " join contents c on c.id = k.content_id where k.weak = 0"
    ):
        persons = row["persons_max"] or 0
        part = 1.0 if row["exact"] or not row["here"] else row["matched"] / row["here"]
        share = persons if part >= _WHOLE else row["rows"] or round(persons * part)
        shares.setdefault(row["content"], {})[row["original"]] = min(persons, share)
    for row in reader.rows(
        "select coalesce(f.rule, '') as rule, f.verdict, f.content_id as content, c.persons_max as persons"  # noqa: S608
        f" from files f join contents c on c.id = f.content_id where f.gone is null and {mine}"
        " and exists (select 1 from findings n where n.content_id = c.id and n.about = 'person') order by 2, 1",
        values,
    ):
        place = (row["rule"], row["verdict"])
        files[place] = files.get(place, 0) + 1
        contents.setdefault(place, {})[row["content"]] = Held(row["persons"] or 0, shares.get(row["content"], {}))
    return [
        Place(rule, verdict, number, most([*contents[rule, verdict].values()], originals))
        for (rule, verdict), number in files.items()
    ]
