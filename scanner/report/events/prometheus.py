"""Numbers as text for Prometheus (textfile collector of node_exporter), format 0.0.4."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from scanner.inventory import coverage
from scanner.inventory.reader import Reader
from scanner.policy.models import Policy
from scanner.report import digest


def written(reader: Reader, today: date, policy: Policy | None = None, base: Path | None = None) -> str:
    """All numbers; labels are codes and outcomes, never a path or a person. ``policy`` and ``base`` as for the digest."""
    found = digest.gathered(reader, "", today, policy, base)
    seen = coverage.of(reader.db)
    entries = reader.rows("select count(*) as n from ledger")[0]["n"]
    last = datetime.fromisoformat(found.last_look).timestamp() if found.last_look else 0
    lines: list[str] = []
    _metric(lines, "open_points", "Open points by code.", [({"code": code}, n) for code, n in found.codes] or [({}, 0)])
    _metric(lines, "late_points", "Open points whose due date has passed.", [({}, found.late)])
    _metric(lines, "due_soon_points", "Open points that are due within seven days.", [({}, found.soon)])
    _metric(lines, "files", "Files by outcome.", [({"outcome": name}, n) for name, n in sorted(seen.counts.items())])
    _metric(lines, "gaps", "Files that were not, or not wholly, examined.", [({}, found.gaps)])
    _metric(lines, "left_out", "Files and folders that exclusions leave out.", [({}, found.left_out)])
    _metric(
        lines,
        "last_look_timestamp_seconds",
        "When the agreed place seen longest ago was last scanned.",
        [({}, int(last))],
    )
    _metric(
        lines,
        "silent",
        "Whether a place was not scanned for more than three days, or for longer than the schedule waits.",
        [({}, int(found.silent))],
    )
    _metric(
        lines, "clock_ahead", "Whether the record has moments that are still to come.", [({}, int(bool(found.ahead)))]
    )
    _metric(lines, "silent_hosts", "Registered machines that are silent.", [({}, found.silent_hosts)])
    _metric(lines, "corrections_waiting", "Orders that are not carried out.", [({}, found.waiting)])
    _metric(lines, "record_entries", "Entries of the record.", [({}, entries)])
    return "\n".join(lines) + "\n"


def _metric(lines: list[str], name: str, told: str, values: list[tuple[dict[str, str], int]]) -> None:
    lines += [f"# HELP sekisho_{name} {told}", f"# TYPE sekisho_{name} gauge"]
    for labels, value in values:
        shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"sekisho_{name}{{{shown}}} {value}" if shown else f"sekisho_{name} {value}")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
