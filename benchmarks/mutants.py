"""Mutation spot checks: small faults are put into a module one at a time, and its tests must fail (``make mutants``).

Faults are those that people make: another comparison, ``and`` for ``or``, a missing ``not``, a number or an index off by one, ``+``
for ``-``, a ``return`` of nothing, or of the opposite. They are drawn with a seed over the lines of a module; a copy of the repository holds the
fault, never the one that is worked in. A fault that changes nothing that can be observed is counted as alive too.
"""

from __future__ import annotations

import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUBJECTS: dict[str, tuple[str, ...]] = {
    "scanner/custody/arithmetic.py": ("tests/scanner/test_arithmetic.py",),
    "scanner/policy/verdict.py": (
        "tests/scanner/test_verdict.py",
        "tests/scanner/test_validity.py",
        "tests/scanner/test_policy.py",
        "tests/scanner/test_paths.py",
    ),
    **{
        f"scanner/inventory/record/{name}.py": (
            "tests/scanner/test_record_heads.py",
            "tests/scanner/test_manipulations.py",
        )
        for name in ("entries", "check", "heads", "seals", "commitment", "comparing")
    },
    "scanner/acts/gate.py": ("tests/scanner/test_gate_states.py", "tests/scanner/test_one_person.py"),
}
"""Module → the tests that have to notice."""
LONGEST = 240.0
"""Seconds that the tests of one fault may take; one that never ends is noticed too."""
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


def places(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Index in the walk and kind of every fault that can be made."""
    for at, node in enumerate(ast.walk(tree)):
        match node:
            case ast.Compare(ops=[one]) if type(one) in _COMPARISONS:
                yield at, "comparison"
            case ast.BoolOp():
                yield at, "and/or"
            case ast.UnaryOp(op=ast.Not()):
                yield at, "not"
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                yield at, "number"
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                yield at, "plus/minus"
            case ast.Return(value=ast.expr() as given) if not (isinstance(given, ast.Constant) and given.value is None):
                yield at, "return"


def mutated(source: str, at: int, kind: str) -> tuple[str, int]:
    """The source with that fault, and its line."""
    tree = copy.deepcopy(ast.parse(source))
    node = list(ast.walk(tree))[at]
    match node, kind:
        case ast.Compare(), _:
            node.ops = [_COMPARISONS[type(node.ops[0])]()]
        case ast.BoolOp(), _:
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.UnaryOp(), _:
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        case ast.Constant(), _:
            node.value = int(str(node.value)) + 1
        case ast.BinOp(), _:
            node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        case ast.Return(value=ast.Constant(value=bool(told))), _:
            node.value = ast.Constant(not told)
        case ast.Return(), _:
            node.value = ast.Constant(None)
    return ast.unparse(ast.fix_missing_locations(tree)), getattr(node, "lineno", 0)


def survivors(tree: Path, module: str, tests: tuple[str, ...], count: int, seed: int) -> tuple[list[str], int]:
    """The faults that no test noticed, as ``line kind``, and how many were tried."""
    source = (ROOT / module).read_text(encoding="utf-8")
    every = sorted(places(ast.parse(source)))
    drawn = random.Random(seed).sample(every, min(count, len(every)))
    alive = []
    for at, kind in sorted(drawn):
        text, line = mutated(source, at, kind)
        (tree / module).write_text(text, encoding="utf-8")
        if not _noticed(tree, tests):
            alive.append(f"{line} {kind}")
            print(f"{module}:{line} {kind}: not noticed", flush=True)  # a run of hours may be broken off
    (tree / module).write_text(source, encoding="utf-8")
    return alive, len(drawn)


def _noticed(tree: Path, tests: tuple[str, ...]) -> bool:
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow"]
    words += [
        "--hypothesis-profile",
        "faults",
        *tests,
    ]  # the first example that fails is enough, and the same each time
    try:
        done = subprocess.run(
            words, cwd=tree, capture_output=True, timeout=LONGEST, check=False, env=_environment(tree)
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def _environment(tree: Path) -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}


def main(count: int = 25, seed: int = 1, only: str = "") -> None:
    """Try ``count`` faults in each module whose path holds ``only``, and print what was not noticed."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch, "tree")
        shutil.copytree(
            ROOT,
            tree,
            ignore=shutil.ignore_patterns(".git", ".venv*", "build", "__pycache__", ".*_cache", "demo-office"),
        )
        for module, tests in SUBJECTS.items():
            if only not in module:
                continue
            if _noticed(tree, tests):
                sys.exit(f"{module}: its tests fail without any fault")
            alive, tried = survivors(tree, module, tests, count, seed)
            print(f"{module}: {tried - len(alive)} of {tried} noticed", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:4])
