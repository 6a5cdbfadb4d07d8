"""Machines of a cluster that were set up, and what one of them says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.cluster import certificates, messages, server
from scanner.cluster.identity import Identity
from scanner.custody.prints import Prints
from scanner.model import Contents, FileRef, Finding
from tests.scanner.cluster_run import free_port

ROOT = Path(__file__).parents[2]


REFS = [FileRef(f"/share/{n}.csv".encode(), n, 2, 3, 4, 5) for n in range(3)]


def told(ref: FileRef, **changes: Any) -> messages.Told:
    finding = Finding("PERSON", 3, 0.9, "none", ("名簿!C2:C4", "line 3", "+4"), "漢字2+漢字2")
    contents = Contents("text/csv", (finding,), 3, 3, notes=("recipient_domain: city.example.jp", "judged: 3/4"))
    prints = Prints(1, {"A": [(1, -(1 << 63))]}, {"A": {5}}, ["pN"], (7,), 2)
    return messages.told(ref, contents, b"k" * 16, prints)._replace(**changes)


# --- who says it


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folders of a cluster, and the port of its server."""
    folder, port = tmp_path_factory.mktemp("roles") / "cluster", free_port()
    certificates.init(folder, "127.0.0.1", port, ("w1", "w2"))
    server.write(folder / "server", "127.0.0.1", port, ("w1", "w2"))
    return folder, port


@pytest.fixture
def who(handed: tuple[Path, int]) -> Callable[[str], Identity]:
    return lambda name: Identity.load(handed[0] / name)
