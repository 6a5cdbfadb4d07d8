"""Shares without a mount, against a real Samba server on loopback."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from scanner import clock
from scanner.demo.office import write
from scanner.sources.principals import named
from scanner.sources.smb import SmbError, parse
from tests.conftest import Sekisho, lacking, needed
from tests.moments import VARIABLE, spelled

SECRET = "musen-no-kotoba"
CONF = """[global]
server role = standalone server
smb ports = {port}
bind interfaces only = yes
interfaces = 127.0.0.1/8
private dir = {base}/private
lock directory = {base}/lock
state directory = {base}/state
cache directory = {base}/cache
pid directory = {base}/pid
ncalrpc dir = {base}/lock
log file = {base}/log
passdb backend = smbpasswd:{base}/private/smbpasswd
map to guest = never
disable spoolss = yes
load printers = no
[share]
path = {base}/share
read only = yes
"""


Test = TypeVar("Test", bound=Callable[..., None])


def needs_samba(test: Test) -> Test:
    """Tests that start a server are no part of the quick run, and one server serves them all."""
    marked: Test = pytest.mark.slow(pytest.mark.xdist_group("shares")(test))
    return marked


class Server:
    """A Samba server of its own, started and stopped at will."""

    def __init__(self, base: Path) -> None:
        self.base, self.program = base, needed("smbd")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        for name in ("share", "private", "lock", "state", "cache", "pid"):
            (base / name).mkdir()
        self.conf = base / "smb.conf"
        self.conf.write_text(CONF.format(port=self.port, base=base), encoding="utf-8")
        added = subprocess.run(
            ["smbpasswd", "-c", self.conf, "-a", "-s", getpass.getuser()],
            input=f"{SECRET}\n{SECRET}\n",
            text=True,
            capture_output=True,
            check=False,
        )
        if added.returncode:
            lacking("smbd", f"no user of it can be made: {added.stderr[-200:]}")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"smb://127.0.0.1:{self.port}/share"

    @property
    def share(self) -> Path:
        return self.base / "share"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.program, "--foreground", "--no-process-group", "-s", self.conf],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        pytest.fail("the Samba server did not start")

    def stop(self) -> None:
        if self.process is not None:
            import signal

            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
            self.process = None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("smb"))
    write(made.share / "office")
    (made.share / ("長い" * 30) / ("深い" * 30)).mkdir(parents=True)
    (made.share / ("長い" * 30) / ("深い" * 30) / "名簿.txt").write_text(
        "氏名 山田太郎 電話 090-1234-5678\n", encoding="utf-8"
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def signed_in(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("SEKISHO_SMB_USER", getpass.getuser())
    monkeypatch.setenv("SEKISHO_SMB_PASSWORD", SECRET)
    if server.process is None:
        server.start()
    return server


@needs_samba
def test_a_share_is_found_as_the_same_folder_is(signed_in: Server, sekisho: Sekisho, tmp_path: Path) -> None:
    options = ("--depth", "quick", "--format", "jsonl")
    here = sekisho("scan", signed_in.share, "--home", tmp_path / "a", *options)
    there = sekisho("scan", signed_in.url, "--home", tmp_path / "b", *options)
    assert there.code in (1, 3, 0), there.err
    kept = ("outcome", "reason", "entities", "persons", "bytes", "media_type")
    local = {n: {k: o[k] for k in kept} for n, o in here.files().items()}
    assert {n: {k: o[k] for k in kept} for n, o in there.files().items()} == local
    assert any(o["ground"] == "network" for o in there.files().values())
    settled = {
        VARIABLE: spelled(clock.now().isoformat(), ahead=3)
    }  # a file changed less than two seconds before is not trusted
    sekisho("scan", signed_in.url, "--home", tmp_path / "b", *options, env=settled)
    again = sekisho("scan", signed_in.url, "--home", tmp_path / "b", *options, env=settled).summary()
    assert again["unchanged"] >= again["walked"] - 8  # those that could not be read are tried again


@needs_samba
def test_a_place_may_be_a_share(signed_in: Server, sekisho: Sekisho, tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text(
        '[[contract]]\nid="A"\ntitle="a"\n[[contract.place]]\nid="s"\nkind="storage"\nunc="//127.0.0.1:PORT/share/office"\n'.replace("PORT", str(signed_in.port)),
        encoding="utf-8",
    )  # fmt: skip
    found = sekisho(
        "scan", signed_in.url, "--home", tmp_path / "h", "-p", policy, "--depth", "quick", "--format", "jsonl"
    )
    verdicts = {o["path"].split("/share/")[1].split("/")[0]: o["verdict"] for o in found.files().values()}
    assert verdicts["office"] == "in_place"
    assert verdicts["長い" * 30] == "outside"


@needs_samba
def test_owner_and_rights_are_recorded(signed_in: Server, sekisho: Sekisho, tmp_path: Path) -> None:
    import sqlite3

    sekisho("scan", signed_in.url, "--home", tmp_path / "h", "--depth", "quick", "--format", "jsonl")
    rows = (
        sqlite3.connect(tmp_path / "h/inventory.db")
        .execute("select owner, acl from files where owner <> ''")
        .fetchall()
    )
    assert rows
    assert all(owner.startswith(("S-1-5-21-", "Unix User\\")) for owner, _ in rows)
    assert any("group:" in acl for _, acl in rows)
    assert not any("S-1-22-" in owner + acl for owner, acl in rows)


@pytest.mark.parametrize(
    ("sid", "expected"),
    [
        ("S-1-1-0", ("everyone", "")),
        ("S-1-5-32-544", ("group", "BUILTIN\\Administrators")),
        ("S-1-5-21-1-2-3-513", ("group", "Domain Users")),
        ("S-1-5-21-1-2-3-1104", ("user", "S-1-5-21-1-2-3-1104")),
        ("S-1-22-1-1000", ("user", "Unix User\\1000")),
    ],
)
def test_identifiers_that_mean_the_same_everywhere_have_names(sid: str, expected: tuple[str, str]) -> None:
    assert named(sid) == expected


@needs_samba
def test_wrong_addresses_and_refusals_are_told(signed_in: Server, sekisho: Sekisho, tmp_path: Path) -> None:
    home = ("--home", tmp_path)
    assert "SEKISHO_SMB_PASSWORD" in sekisho("scan", signed_in.url, *home, env={"SEKISHO_SMB_PASSWORD": "other"}).err
    assert sekisho("scan", signed_in.url + "/no-such-folder", *home).code == 2
    secret = sekisho("scan", "smb://user:geheim@127.0.0.1/share", *home)
    assert secret.code == 2
    assert "geheim" not in secret.err
    with pytest.raises(SmbError):
        parse(b"smb://server")


KEYRING = """import keyring.backend
class Planted(keyring.backend.KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        return {password!r} if (service, username) == ("sekisho-smb", {user!r} + "@127.0.0.1") else None
    def set_password(self, service, username, password): ...
    def delete_password(self, service, username): ...
"""


@needs_samba
def test_the_password_may_lie_in_the_keyring(
    signed_in: Server, sekisho: Sekisho, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEKISHO_SMB_PASSWORD")
    site = tmp_path / "site"
    site.mkdir()
    (site / "planted.py").write_text(KEYRING.format(password=SECRET, user=getpass.getuser()), encoding="utf-8")
    scan = ("scan", signed_in.url, "--depth", "quick", "--format", "jsonl", "--home")
    found = sekisho(*scan, tmp_path / "h", env={"PYTHONPATH": str(site), "PYTHON_KEYRING_BACKEND": "planted.Planted"})
    assert found.summary()["walked"] > 10
    assert SECRET not in found.out + found.err
    empty = sekisho(*scan, tmp_path / "i", env={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"})
    assert empty.code == 2
    assert "SEKISHO_SMB_PASSWORD" in empty.err


@needs_samba
def test_a_file_that_somebody_works_on_is_read_and_can_be_saved(signed_in: Server, tmp_path: Path) -> None:
    """Full sharing: while we hold a file open, another may write, rename and delete it."""
    import smbclient

    from scanner.sources.smb import Shares

    path = signed_in.share / "開いている.txt"
    path.write_text("氏名 山田太郎\n", encoding="utf-8")
    with Shares().open(f"{signed_in.url}/開いている.txt".encode()) as held:
        assert held.read()
        path.write_text("saved\n", encoding="utf-8")
        path.rename(path.with_name("別名.txt"))
        path.with_name("別名.txt").unlink()
    smbclient.reset_connection_cache()


@needs_samba
def test_a_server_that_goes_away_costs_what_was_left_and_no_entry(
    signed_in: Server, sekisho: Sekisho, tmp_path: Path
) -> None:
    from scanner.inventory.home import Home, prepare
    from scanner.policy.verdict import Judge
    from scanner.scan import local

    home = Home(tmp_path / "h")
    prepare(home)
    options = local.Options((signed_in.url.encode(),), depth="quick")
    whole = local.scan(options, home, Judge(None), lambda _: None)
    seen: list[str] = []

    def watch(outcome) -> None:  # type: ignore[no-untyped-def]
        seen.append(outcome.kind.value)
        if len(seen) == 5:
            signed_in.stop()

    options.full = True
    broken = local.scan(options, home, Judge(None), watch)
    signed_in.start()
    assert broken.counts["not_examined"] > whole.counts["not_examined"]
    assert broken.gone == 0
    again = local.scan(local.Options(options.roots, depth="quick"), home, Judge(None), lambda _: None)
    assert again.walked == whole.walked
    assert again.counts["not_examined"] <= whole.counts["not_examined"]
    shutil.rmtree(tmp_path / "h")
