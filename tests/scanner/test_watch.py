"""The watch with its real processes: afterwards the inventory equals the disk, whatever happened in between."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.watched import Watched
from scanner.inventory import ledger
from tests.conftest import Sekisho, lacking

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("watch"),
]


class Office(Watched):
    """A watched office that is compared with its inventory."""

    def converge(self) -> None:
        """Wait until the inventory equals the disk and nothing is left to do."""
        self.wait(lambda: self.quiet() and self.known() == self.disk(), 90)

    def codes(self) -> list[tuple[str, str]]:
        db = sqlite3.connect(self.home / "inventory.db")
        rows = db.execute(
            "select p.code, f.path from points p join files f on f.id = p.file_id where p.state = 'open' order by 2"
        ).fetchall()
        db.close()
        return [(code, os.path.basename(os.fsdecode(path))) for code, path in rows]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "office")
    (made.inside / "前から.txt").write_text("氏名 山田 太郎 電話 03-1234-5678", encoding="utf-8")
    made.start()
    yield made
    made.stop()


def test_a_file_outside_is_told_and_its_end_too(office: Office) -> None:
    office.converge()
    target = office.outside / "名簿.txt"
    target.write_text("氏名 山田 太郎 個人番号 123456789018", encoding="utf-8")
    office.wait(lambda: office.codes() == [("F03-OUTSIDE", "名簿.txt")])
    office.wait(
        lambda: (
            (office.home / "sekisho.log").exists()
            and "alert" in (office.home / "sekisho.log").read_text(encoding="utf-8")
        )
    )
    log = (office.home / "sekisho.log").read_text(encoding="utf-8")
    assert log.count('"event": "alert"') == 1
    assert "123456789018" not in log
    target.unlink()
    office.converge()
    assert office.codes() == []
    office.stop()
    db = sqlite3.connect(office.home / "inventory.db")
    kinds = [r[0] for r in db.execute("select kind from ledger order by seq")]
    assert kinds[0] == "agent_on"
    assert [kind for kind in kinds if kind != "committed"][-1] == "agent_off"
    assert "vanished" in kinds
    assert list(ledger.verify(db)) == []


def test_bursts_renames_and_trees(office: Office) -> None:
    for number in range(3_000):
        (office.outside / f"{number}.txt").write_bytes(b"%d" % number)
    office.converge()
    for turn in range(5):
        for number in range(300):
            (office.outside / f"{number}{'x' * turn}.txt").rename(office.outside / f"{number}{'x' * (turn + 1)}.txt")
    tree = office.folder / "tree"
    for depth in range(20):
        level = tree / "/".join("d" * (n + 1) for n in range(depth))
        level.mkdir(parents=True, exist_ok=True)
        (level / "f.txt").write_text(str(depth), encoding="utf-8")
    tree.rename(office.inside / "tree")
    office.converge()
    (office.inside / "tree" / "d" / "neu.txt").write_text("neu", encoding="utf-8")
    office.converge()
    (office.inside / "tree").rename(office.folder / "away")
    shutil.rmtree(office.outside)
    office.outside.mkdir()
    office.converge()


def test_processes_killed_in_the_middle(office: Office) -> None:
    for number in range(1_000):
        (office.inside / f"a{number}.txt").write_bytes(b"%d" % number)
        if number == 500:
            os.kill(office.part("watcher"), signal.SIGKILL)
    office.wait(lambda: office.part("worker") > 0)
    os.kill(office.part("worker"), signal.SIGKILL)
    for number in range(200):
        (office.inside / f"b{number}.txt").write_bytes(b"%d" % number)
    office.converge()
    assert office.process is not None
    os.kill(office.process.pid, signal.SIGKILL)
    office.process.wait(10)
    office.wait(lambda: office.part("watcher") == 0 and office.part("worker") == 0)
    (office.inside / "while_off.txt").write_text("x", encoding="utf-8")
    (office.inside / "a1.txt").unlink()
    office.start()
    office.converge()


def test_save_patterns_of_programs(office: Office) -> None:
    """The dances of Word, of an editor and of a download: the final content is known, nothing of the steps is left."""
    office.converge()
    word = office.inside / "文書.txt"
    word.write_text("第一版", encoding="utf-8")
    office.converge()
    (office.inside / "~$文書.txt").write_bytes(b"x")
    (office.inside / "~WRD0000.tmp").write_text("氏名 山田 太郎 電話 03-1234-5678", encoding="utf-8")
    word.rename(office.inside / "~WRL0001.tmp")
    (office.inside / "~WRD0000.tmp").rename(word)
    (office.inside / "~WRL0001.tmp").unlink()
    (office.inside / "~$文書.txt").unlink()
    editor = office.inside / "memo.txt"
    (office.inside / ".memo.txt.swp").write_bytes(b"x")
    editor.write_text("氏名 佐藤 花子 電話 03-1111-2222", encoding="utf-8")
    (office.inside / ".memo.txt.swp").unlink()
    (office.inside / "list.csv.crdownload").write_text("氏名,電話\n山田 太郎,03-1234-5678\n", encoding="utf-8")
    (office.inside / "list.csv.crdownload").rename(office.inside / "list.csv")
    office.wait(lambda: office.known() == office.disk() and _persons(office) == 4)
    db = sqlite3.connect(office.home / "inventory.db")
    names = {os.path.basename(os.fsdecode(r[0])) for r in db.execute("select path from files")}
    db.close()
    assert names == {"前から.txt", "文書.txt", "memo.txt", "list.csv"}


def _persons(office: Office) -> int:
    db = sqlite3.connect(office.home / "inventory.db")
    try:
        row = db.execute(
            "select count(*) from files f join contents c on c.id = f.content_id where f.gone is null and c.persons_min > 0"
        ).fetchone()
        return int(row[0])
    finally:
        db.close()


def test_volume_that_comes_and_goes(office: Office) -> None:
    """What was written on a medium while it was away is found when it is back; what goes with it is gone, not forgotten."""
    office.converge()
    stick = office.inside / "stick"
    stick.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "none", stick], capture_output=True, check=False)
    if done.returncode:
        lacking("right to mount")
    try:
        time.sleep(0.1)
        (stick / "名簿.txt").write_text("氏名 山田 太郎 電話 03-1234-5678", encoding="utf-8")
        office.converge()
        assert len(office.known()) == 2
    finally:
        subprocess.run(["umount", stick], check=True)
    office.converge()
    assert len(office.known()) == 1


def test_waiting_for_a_half_written_file_costs_nothing(office: Office) -> None:
    office.converge()
    (office.inside / "list.csv.part").write_text("x", encoding="utf-8")
    office.wait(lambda: not office.quiet())
    office.wait(lambda: office.part("worker") == 0 or _cpu(office.part("worker")) is not None)
    worker = office.part("worker")
    if worker:
        before = _cpu(worker)
        time.sleep(3)
        after = _cpu(worker)
        assert after is None or before is None or after - before < 100, "it waits, it does not spin"
    assert {os.path.basename(p) for p in office.known()} == {"前から.txt".encode()}


def _cpu(process: int) -> int | None:
    """Hundredths of a second of processor time; nothing for a process that has ended."""
    try:
        return sum(
            map(int, Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13])
        )
    except OSError:
        return None


def test_root_that_is_gone_is_unreachable_and_nothing_is_deleted(office: Office) -> None:
    office.converge()
    office.stop()
    office.inside.rename(office.folder / "hidden")
    office.start()
    assert len(office.known()) == 1
    (office.folder / "hidden").rename(office.inside)


def test_status_doctor_and_service_tell_of_the_watch(office: Office, sekisho: Sekisho, tmp_path: Path) -> None:
    office.converge()
    shown = sekisho("status", "--home", office.home, "--format", "json")
    assert '"running": true' in shown.out
    assert "watch: runs" in sekisho("status", "--home", office.home).out
    mine = sekisho("status", "--mine", "--home", office.home).out
    assert "前から.txt" in mine
    assert "山田" not in mine
    assert "queue" in sekisho("doctor", "--home", office.home).out
    away = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "PATH": str(Path(sys.executable).parent)}
    policy = office.folder / "policy.toml"
    assert sekisho("service", "install", "--home", office.home, "-p", policy, env=away).code == 0
    unit = tmp_path / "config" / "systemd" / "user" / "sekisho.service"
    assert f"--home {office.home}" in unit.read_text(encoding="utf-8")
    assert sekisho("service", "status", "--home", office.home, env=away).code == 0
    office.stop()
    assert sekisho("service", "status", "--home", office.home, env=away).code == 1
    assert sekisho("service", "uninstall", "--home", office.home, env=away).code == 0
    assert not unit.exists()
    assert sekisho("service", "uninstall", "--home", office.home, env=away).code == 2


def test_policy_that_breaks_under_way_is_told_and_mended(office: Office, sekisho: Sekisho) -> None:
    office.converge()
    policy = office.folder / "policy.toml"
    good = policy.read_text(encoding="utf-8")
    policy.write_text(good + "[[contract]]\n", encoding="utf-8")
    os.kill(office.part("worker"), signal.SIGKILL) if office.part("worker") else None
    (office.inside / "neu.txt").write_text("氏名 山田 太郎", encoding="utf-8")
    office.wait(lambda: "policy check" in sekisho("status", "--home", office.home).out)
    policy.write_text(good, encoding="utf-8")
    office.converge()


def test_nothing_to_watch_is_told(sekisho: Sekisho, tmp_path: Path) -> None:
    assert sekisho("watch", "--home", tmp_path / "h").code == 2
    done = sekisho("watch", tmp_path / "missing", "--home", tmp_path / "h")
    assert done.code == 2
    assert "missing" in done.err
