"""Reads ``policy.toml`` and says what is wrong with it: file, line, key and the nearest right name."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from scanner import clock
from scanner.errors import EXIT_USAGE, Part, SekishoError
from scanner.policy.faults import told
from scanner.policy.models import Place, Policy
from scanner.policy.references import dangling


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a policy file. ``line`` counts from 1, 0 where it has no line."""

    line: int
    key: str
    message: str
    hint: str = ""
    details: dict[str, object] = field(default_factory=dict)


class PolicyError(SekishoError):
    """A policy file that cannot be used. ``problems`` has at least one entry."""

    section = "policy"
    exit_code = EXIT_USAGE

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        super().__init__("unusable", path=path)
        self.path = path
        self.problems = problems

    def parts(self) -> Iterator[Part]:
        """Every problem with its line."""
        for problem in self.problems:
            code, _, detail = problem.message.partition(":")
            place = f"{self.path}:{problem.line}" if problem.line else str(self.path)
            if code.startswith("policy_fault") and problem.key:
                place += f" [{problem.key}]"
            details: dict[str, object] = {
                **problem.details,
                "key": problem.key,
                "hint": problem.hint,
                "detail": detail,
            }
            yield Part("policy." + code.removeprefix("policy_"), details, place)


def loaded(path: Path) -> tuple[Policy, str]:
    """The policy in ``path``, in whose zone people read from now on, and the SHA-256 of the file; raises ``PolicyError``."""
    policy = load(path)
    clock.choose(policy.time_zone)
    return policy, hashlib.sha256(path.read_bytes()).hexdigest()


def load(path: Path) -> Policy:
    """The policy in ``path``; raises ``PolicyError``, also for a missing or unreadable file."""
    return parsed(_text(path), path)


def unreferenced(policy: Policy, path: Path) -> list[Problem]:
    """Entries of the file that name what no register has, with their lines."""
    text = _text(path)
    return [
        Problem(
            line_of(text, ("contract", one.contract, one.register, one.entry, one.field)),
            one.field,
            f"policy_{one.code}",
            details={"id": one.id, "known": ", ".join(one.known[:_NAMED]) or "—"},
        )
        for one in dangling(policy)
    ]


_NAMED = 12
"""Numbers that are named of those that there are."""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PolicyError(path, [Problem(0, "", "policy_missing")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(path, [Problem(0, "", f"policy_unreadable:{type(error).__name__}")]) from None


def parsed(text: str, path: Path) -> Policy:
    """The policy that ``text`` is; ``path`` is where it lies, or will; raises ``PolicyError``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise PolicyError(path, [Problem(int(found[1]) if found else 0, "", "policy_syntax", str(error))]) from None
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        raise PolicyError(
            path, [_problem(text, e) for e in error.errors(include_url=False, include_input=False)]
        ) from None
    problems = overlaps(policy, text)
    if problems:
        raise PolicyError(path, problems)
    return policy


def _problem(text: str, error: Any) -> Problem:
    location = tuple(error["loc"])
    key = next((str(p) for p in reversed(location) if isinstance(p, str)), "")
    line = line_of(text, location)
    if error["type"] == "extra_forbidden":
        parents = [p for p in location[:-1] if isinstance(p, str)]
        model = _model_at(Policy, parents)
        near = difflib.get_close_matches(key, list(model.model_fields), n=1, cutoff=0.5)
        return Problem(line, key, "policy_unknown_key", near[0] if near else ", ".join(model.model_fields))
    code, details = told(error)
    return Problem(line, key, f"policy_{code}", str(details.get("hint", "")), details)


def _model_at(model: type[BaseModel], keys: list[str]) -> type[BaseModel]:
    """The model of the table that the keys lead to."""
    for key in keys:
        field = model.model_fields.get(key)
        inner = _inner(field.annotation) if field else None
        if inner is None:
            return model
        model = inner
    return model


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The model within ``tuple[Place, ...]``, ``Contractor | None`` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner, get_args(annotation))), None)


_HEADER = re.compile(r"^\s*\[(\[)?\s*([A-Za-z0-9_.\-\"]+)\s*\]?\]")


def line_of(text: str, location: tuple[Any, ...]) -> int:
    """Line (from 1) where the key at ``location`` (``("contract", 0, "place", 1, "paht")``) stands; the line of
    its table if the key itself is not there; 0 if even that is missing."""
    target_table: list[Any] = (
        list(location[:-1]) if isinstance(location[-1] if location else None, str) else list(location)
    )
    key = location[-1] if location and isinstance(location[-1], str) else None
    counts: dict[str, int] = {}
    current: list[Any] = []
    table_line = 0
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            names = header[2].split(".")
            current = []
            for depth, name in enumerate(names):
                path = ".".join(names[: depth + 1])
                current.append(name)
                if header[1] and depth == len(names) - 1:
                    counts[path] = counts.get(path, -1) + 1
                    for inner in [p for p in counts if p.startswith(path + ".")]:
                        counts[inner] = -1
                if path in counts:
                    current.append(counts[path])
            if current == target_table or current == list(location):
                table_line = number
            if current == list(location):
                return number
            continue
        if current == target_table[: len(current)] and key is not None:
            inline = key if current == target_table else target_table[len(current)]
            if isinstance(inline, str) and re.match(rf"""\s*["']?{re.escape(inline)}["']?\s*=""", line):
                return number
    return table_line


def overlaps(policy: Policy, text: str) -> list[Problem]:
    """Places of different contracts, or two places of one, that claim exactly the same ground."""
    seen: dict[tuple[str, str, str, str], tuple[str, str]] = {}
    problems: list[Problem] = []
    for i, contract in enumerate(policy.contract):
        for j, place in enumerate(contract.place):
            ground = ((place.path or "").rstrip("/\\"), place.host or "", place.volume or "", place.unc or "")
            other = seen.get(ground)
            if other is not None and _same_time(policy, other, place):
                problems.append(
                    Problem(
                        line_of(text, ("contract", i, "place", j, "id")),
                        place.id,
                        "policy_overlap",
                        f"{other[0]} / {other[1]}",
                    )
                )
            seen.setdefault(ground, (contract.id, place.id))
    return problems


def _same_time(policy: Policy, other: tuple[str, str], place: Place) -> bool:
    first = next(p for c in policy.contract if c.id == other[0] for p in c.place if p.id == other[1])
    if first.valid_to and place.valid_from and first.valid_to < place.valid_from:
        return False
    return not (place.valid_to and first.valid_from and place.valid_to < first.valid_from)
