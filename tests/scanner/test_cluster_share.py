"""A cluster over the address of a share: every worker fetches for itself."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.demo.office import write
from tests.conftest import Sekisho
from tests.scanner.cluster_run import Cluster, inventory
from tests.scanner.test_smb import SECRET, Server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server(tmp_path)
    write(made.share / "office")
    made.start()
    monkeypatch.setenv("SEKISHO_SMB_USER", getpass.getuser())
    monkeypatch.setenv("SEKISHO_SMB_PASSWORD", SECRET)
    yield made
    made.stop()


def test_workers_read_the_share_themselves(
    server: Server, tmp_path: Path, command: list[str], sekisho: Sekisho
) -> None:
    cluster = Cluster(tmp_path, command, sekisho)
    options = ("--depth", "quick", "--format", "jsonl")
    try:
        many = sekisho("cluster", "scan", cluster.at("coordinator"), server.url, "--home", tmp_path / "many", *options)
    finally:
        cluster.stop()
    assert many.code in (0, 1, 3), many.err
    one = sekisho("scan", server.url, "--home", tmp_path / "one", *options)
    assert {k: many.summary()[k] for k in ("walked", "reasons")} == {k: one.summary()[k] for k in ("walked", "reasons")}
    assert inventory(tmp_path / "many") == inventory(tmp_path / "one")


def test_a_worker_without_the_password_is_named_before_the_scan(
    server: Server, tmp_path: Path, command: list[str], sekisho: Sekisho, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEKISHO_SMB_PASSWORD")  # the workers start without it
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    cluster = Cluster(tmp_path, command, sekisho)
    try:
        refused = sekisho(
            *("cluster", "scan", cluster.at("coordinator"), server.url, "--home", tmp_path / "many"),
            env={"SEKISHO_SMB_PASSWORD": SECRET},
        )
    finally:
        cluster.stop()
    assert refused.code == 2
    assert "SEKISHO_SMB_PASSWORD" in refused.err
    assert SECRET not in refused.err
