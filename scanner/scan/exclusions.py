"""The exclusions of one scan: what was asked for, what the policy and two people say, and where the agreed places are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.policy.scanning import ScanRules
from scanner.policy.verdict import Judge
from scanner.report.summary import NotApplied
from scanner.sources.excluding import Exclusions, Places, parsed
from scanner.sources.ground import ground_of
from scanner.sources.mounting import Mounted


def of_scan(
    roots: Iterable[bytes], judge: Judge, option: Sequence[str] = (), agreed: Sequence[str] = (), *, files: bool = False
) -> Exclusions:
    """``roots``: as the walk has them; ``option``, ``files``: of the command line; ``agreed``: patterns that two people have signed.
    Raises ``PatternError``."""
    rules = judge.policy.scan if judge.policy else ScanRules()
    places = Places(lambda path: _inside(judge, path), lambda folder: _above(judge, folder))
    return Exclusions(
        roots,
        option=option,
        policy=rules.exclude,
        agreed=agreed,
        files=files or rules.ignore_files,
        places=places if judge.policy else Places(),
    )


def refused(exclusions: Exclusions) -> list[NotApplied]:
    """What did not count, for the sums of a scan."""
    found = [(parsed(text), why, number) for (text, why), number in sorted(exclusions.refused.items())]
    return [NotApplied(rule.source.value, rule.pattern, why.value, number) for rule, why, number in found]


def _inside(judge: Judge, path: bytes) -> bool:
    return judge.verdict(path, ground_of(path)).rule is not None


def _above(judge: Judge, folder: bytes) -> bool:
    if judge.above(folder):
        return True
    volumes = any(
        place.volume for contract in (judge.policy.contract if judge.policy else ()) for place in contract.place
    )
    return volumes and any(_inside(judge, point) for point in Mounted().below(folder))
