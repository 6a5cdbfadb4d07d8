"""What a library would load for others is not loaded for us."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scanner.inventory.unloaded import without


def test_an_inventory_is_made_without_what_no_step_needs(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom scanner.inventory.home import Home, prepare\n"
        "from scanner.inventory.store import Store\nhome = Home(Path(sys.argv[1]))\nprepare(home)\nStore(home.database).close()\n"
        "assert 'sqlite_utils' in sys.modules\nprint([m for m in ('numpy', 'pandas') if m in sys.modules])\n"
        "import numpy\nprint(numpy.arange(3).sum())\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "home")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "3"]


def test_what_is_there_already_stays_and_other_threads_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = [1]
    monkeypatch.setattr("threading.active_count", lambda: threads[0])
    with without("json"):
        assert sys.modules["json"] is not None
    with without("no_such_library"), pytest.raises(ImportError, match="halted"):
        __import__("no_such_library")
    assert "no_such_library" not in sys.modules
    threads[0] = 2
    with without("no_such_library"):
        assert "no_such_library" not in sys.modules
