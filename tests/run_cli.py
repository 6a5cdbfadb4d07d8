"""The program as a user starts it, with the calendar of the test: ``python tests/run_cli.py scan …``."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(
        os.path.dirname(os.path.abspath(__file__))
    )  # else tests/scanner stands before scanner
    from scanner import clock
    from scanner.cli.main import main
    from tests.moments import VARIABLE, from_environment

    if VARIABLE in os.environ:
        clock.source = from_environment()
    main()
