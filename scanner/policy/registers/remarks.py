"""Comments above the entries of a policy file: taken off before the text is edited, and put back above the entries that they are about.

The library that edits the text keeps a comment with the entry before it, and would leave it above whatever stands there afterwards.
Lines are looked at as they stand: a text of several lines that looks like a table or a comment makes the answer say something else than
the policy, which whoever saves it finds out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

Entry = tuple[str, ...]
"""Names and numbers of the tables around an entry and its own, and how many alike stand before it; ``END`` for what stands below all."""
END: Entry = ("",)
_TABLE = re.compile(r"\s*(\[\[?)\s*([\w.\"-]+)\s*\]")
_NUMBER = re.compile(r"\s*id\s*=\s*([^#]*)")


def taken_off(text: str) -> tuple[str, dict[Entry, list[str]]]:
    """The text without the comments above its entries and at its end, and those comments, line by line as they stood."""
    lines = text.splitlines(keepends=True)
    taken: set[int] = set()
    found: dict[Entry, list[str]] = {}
    for at, entry in [*_entries(lines), (len(lines), END)]:
        first = at
        while first and (_is_remark(lines[first - 1]) or not lines[first - 1].strip()):
            first -= 1
        while first < at and not _is_remark(lines[first]):
            first += 1
        if first < at:
            found[entry] = lines[first:at]
            taken.update(range(first, at))
    return "".join(line for at, line in enumerate(lines) if at not in taken), found


def put_back(text: str, above: dict[Entry, list[str]]) -> str:
    """The edited text with each comment above the entry that it stood above. Those of an entry that is gone go with it; where exactly one
    of its kind has gone and one has come, that one is the same under another number."""
    lines = text.splitlines(keepends=True)
    entries = _entries(lines)
    there = [entry for _, entry in entries]
    kept = dict(above)
    for depth in range(max(map(len, there), default=0)):
        kept = _renamed(kept, there, depth)
    made: list[str] = []
    places = dict(entries)
    for at, line in enumerate(lines):
        made += kept.get(places[at], []) if at in places else []
        made.append(line)
    return "".join([*made, *kept.get(END, [])])


def on_keys(text: str) -> Counter[tuple[str, str]]:
    """(comment, field that it stands above), of all comments within entries."""
    found: Counter[tuple[str, str]] = Counter()
    waiting: list[str] = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#"):
            waiting.append(line)
        elif line:
            if not _TABLE.match(line):
                found.update((remark, line.partition("=")[0].strip()) for remark in waiting)
            waiting = []
    return found


def _renamed(above: dict[Entry, list[str]], there: Sequence[Entry], depth: int) -> dict[Entry, list[str]]:
    """Entries whose number at a depth has become another one, by the number that it has now."""
    before = dict.fromkeys(entry[: depth + 1] for entry in above if len(entry) > depth)
    after = dict.fromkeys(entry[: depth + 1] for entry in there if len(entry) > depth)
    gone: dict[Entry, list[Entry]] = {}
    come: dict[Entry, list[Entry]] = {}
    for kept, heads, others in ((gone, before, after), (come, after, before)):
        for head in heads:
            if head not in others:
                kept.setdefault((*head[:-1], _name(head[-1])), []).append(head)
    now = {heads[0]: come[kind][0] for kind, heads in gone.items() if len(heads) == 1 == len(come.get(kind, ()))}
    return {(*now.get(e[: depth + 1], e[: depth + 1]), *e[depth + 1 :]): lines for e, lines in above.items()}


def _name(part: str) -> str:
    return part.partition(" ")[0]


def _is_remark(line: str) -> bool:
    return line.lstrip().startswith("#")


def _entries(lines: Sequence[str]) -> list[tuple[int, Entry]]:
    """(line of its heading, entry) of every table."""
    heads = [(at, match) for at, line in enumerate(lines) if (match := _TABLE.match(line))]
    ends = [at for at, _ in heads[1:]] + [len(lines)]
    around: dict[str, str] = {}
    seen: Counter[Entry] = Counter()
    found = []
    for (at, match), end in zip(heads, ends, strict=True):
        name = match[2]
        number = next((n[1].strip() for n in map(_NUMBER.match, lines[at + 1 : end]) if n), "")
        around = {other: part for other, part in around.items() if name.startswith(f"{other}.")}
        path = (*around.values(), f"{name} {number}")
        seen[path] += 1
        around[name] = f"{name} {number} {seen[path]}"
        found.append((at, (*path[:-1], around[name])))
    return found
