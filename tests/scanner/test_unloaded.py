"""What a library would load for others is not loaded for us."""

from __future__ import annotations

import subprocess
import sys
import threading
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


def test_what_is_there_already_stays_and_other_threads_are_left_alone() -> None:
    found: list[str] = []

    def elsewhere() -> None:
        import colorsys  # a module that nothing here has loaded

        found.append(colorsys.__name__)

    sys.modules.pop("colorsys", None)
    other = threading.Thread(target=elsewhere)
    with without("json", "colorsys"):
        assert __import__("json").__name__ == "json"
        with pytest.raises(ImportError, match="not wanted"):
            __import__("colorsys")
        other.start()
        other.join()
    assert found == ["colorsys"]
    assert __import__("colorsys").__name__ == "colorsys"
