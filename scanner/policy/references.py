"""What an entry of a register names in another one, and does not find there.

Such an entry covers nothing, or counts for nobody (who was trained under a number that no worker has?), and nothing else would say so. A
policy with one is still judged by: a watch must not stop because somebody left a list. ``policy check`` and the import refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from scanner.policy.agreed import numbers
from scanner.policy.consents import absolute
from scanner.policy.models import Contract, Policy
from scanner.policy.names import alike
from scanner.policy.persons import meant


class Dangling(NamedTuple):
    """An entry that names what is not there. No name of it is repeated: it may be one of a person."""

    contract: int
    """Index of the contract."""
    register: str
    entry: int
    """Index within the register."""
    id: str
    field: str
    code: str
    """``fault_no_<what>``: the sentence that says which register lacks it."""
    known: tuple[str, ...]
    """Numbers that are there."""


_Lacks = Callable[[Policy, Contract, Any, str], bool]


def _place(policy: Policy, contract: Contract, entry: Any, named: str) -> bool:
    own = {p.id for p in contract.place}
    if getattr(entry, "kind", "") != "other_use":
        return named not in own and not absolute(named)
    every = {name for c in policy.contract for p in c.place for name in (p.id, f"{c.id}/{p.id}")}
    return named not in every | {c.id for c in policy.contract} and not absolute(named)


def _worker(_: Policy, contract: Contract, __: Any, named: str) -> bool:
    return not meant(Policy(contract=(contract,)), named)


def _number_of_worker(_: Policy, contract: Contract, __: Any, named: str) -> bool:
    return named not in {w.id for w in contract.worker}  # training counts by the number alone


def _instruction(_: Policy, contract: Contract, __: Any, named: str) -> bool:
    return alike(named) not in {alike(i.id) for i in contract.instruction}


def _consent(_: Policy, contract: Contract, __: Any, named: str) -> bool:
    return alike(named) not in {alike(n) for n in numbers(contract)}


_WHAT: dict[str, tuple[_Lacks, Callable[[Contract], Iterable[str]]]] = {
    "place": (_place, lambda c: (p.id for p in c.place)),
    "worker": (_worker, lambda c: (w.id for w in c.worker)),
    "number_of_worker": (_number_of_worker, lambda c: (w.id for w in c.worker)),
    "instruction": (_instruction, lambda c: (i.id for i in c.instruction)),
    "consent": (_consent, numbers),
}
_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("consent", "place", "place"), ("grant", "place", "place"), ("carryout", "carrier", "worker"), ("carryout", "consent", "consent"),
    ("transfer", "consent", "consent"), ("transfer", "checker1", "worker"), ("transfer", "checker2", "worker"),
    ("training", "attendees", "number_of_worker"), ("training", "absent", "number_of_worker"), ("instruction", "supersedes", "instruction"),
    ("disposal", "instruction", "instruction"), ("handover", "instruction", "instruction"),
)  # fmt: skip
"""Register, field, what it names."""


def choices(contract: Contract, register: str, field: str) -> tuple[str, ...] | None:
    """What a field may name, in the order of its register; ``None`` where it names nothing of another register."""
    what = next((what for name, key, what in _FIELDS if (name, key) == (register, field)), None)
    return tuple(dict.fromkeys(_WHAT[what][1](contract))) if what else None


def dangling(policy: Policy) -> Iterator[Dangling]:
    """Every such entry, a field once, in the order of the contracts."""
    for at, contract in enumerate(policy.contract):
        for register, field, what in _FIELDS:
            lacks, known = _WHAT[what]
            for number, entry in enumerate(getattr(contract, register)):
                value = getattr(entry, field)
                named = (value,) if isinstance(value, str) else value or ()
                if any(name and lacks(policy, contract, entry, name) for name in named):
                    code = f"fault_no_{what}"
                    yield Dangling(at, register, number, entry.id, field, code, tuple(known(contract)))
