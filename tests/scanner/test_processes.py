"""Programs of the system that are asked: what they leave running keeps nobody waiting."""

from __future__ import annotations

import sys
from pathlib import Path

from scanner.processes import answer_of

PARENT = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import os, sys, time\\nwhile os.path.exists(sys.argv[1]): time.sleep(0.1)", sys.argv[1]])
print("asked", flush=True)
print("fault", file=sys.stderr, flush=True)
sys.exit(3)
"""


def test_a_program_that_leaves_another_running_has_answered(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.touch()
    try:
        code, said = answer_of([sys.executable, "-c", PARENT, str(kept)], 100.0)
        assert (code, said.split()) == (3, [b"asked", b"fault"])
        assert answer_of([sys.executable, "-c", PARENT, str(kept)], 100.0, errors=False)[1].split() == [b"asked"]
    finally:
        kept.unlink()
