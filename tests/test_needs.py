"""What tests need is written down, the gate installs it, and the quick run needs none of it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.conftest import ROOT
from tests.needs import NEEDS, named


def test_what_tests_ask_for_is_written_down_and_nothing_else() -> None:
    assert set(named()) == set(NEEDS)


def test_the_gate_installs_every_package_and_makes_every_promise() -> None:
    gate = (ROOT / ".ci/run").read_text(encoding="utf-8")
    present = {"libc-bin"}  # of every Debian
    words = set(gate.split())
    assert {p for need in NEEDS.values() for p in need.packages.split()} - words - present == set()
    assert [n.promise for n in NEEDS.values() if f"export {n.promise}=1" not in gate] == []


def _slow(node: ast.AST) -> bool:
    return "mark.slow" in ast.unparse(node)


def test_no_test_of_the_quick_run_asks_for_anything() -> None:
    """Those that ask by a fixture or a helper fail in the quick run of a machine that lacks it (``pytest_runtest_makereport``)."""
    found = []
    for path in Path(ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "pytestmark" and _slow(n) for n in tree.body):
            continue
        for test in (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")):
            asks = any(
                isinstance(n, ast.Call) and getattr(n.func, "id", "") in ("needed", "lacking") for n in ast.walk(test)
            )
            if asks and not any(map(_slow, test.decorator_list)):
                found.append(f"{path.name}: {test.name}")
    assert found == []
