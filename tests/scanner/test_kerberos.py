"""A share entered with a ticket alone, against a real KDC and a real Samba server on loopback."""

from __future__ import annotations

import getpass
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Sekisho, lacking, needed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shares")]

REALM = "SEKISHO.TEST"
PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
SECRET = "fuda-no-kotoba"
CLIENT = """[libdefaults]
default_realm = {realm}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
rdns = false
[realms]
{realm} = {{
  kdc = 127.0.0.1:{port}
}}
[domain_realm]
localhost = {realm}
"""
KDC = """[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{realm} = {{
  database_name = {base}/principal
  key_stash_file = {base}/stash
  acl_file = {base}/acl
  disable_pac = true
}}
"""
SAMBA = """[global]
server role = standalone server
realm = {realm}
kerberos method = dedicated keytab
dedicated keytab file = {base}/smb.keytab
smb ports = {port}
bind interfaces only = yes
interfaces = 127.0.0.1/8
private dir = {base}
lock directory = {base}
state directory = {base}
cache directory = {base}
pid directory = {base}
ncalrpc dir = {base}/rpc
log file = {base}/log
disable spoolss = yes
load printers = no
[share]
path = {base}/share
read only = yes
"""


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_open(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"nothing listens on port {port}")


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a share that knows its users by tickets only; the KDC runs beside it."""
    if importlib.util.find_spec("gssapi") is None or importlib.util.find_spec("krb5") is None:
        lacking("smbprotocol[kerberos]")
    programs = {name: shutil.which(name) or lacking("Kerberos server", name) for name in PROGRAMS}
    programs["smbd"] = needed("smbd")
    kdc, smb = _port(), _port()
    values = {"base": tmp_path, "realm": REALM}
    for name, text, port in (("krb5.conf", CLIENT, kdc), ("kdc.conf", KDC, kdc), ("smb.conf", SAMBA, smb)):
        (tmp_path / name).write_text(text.format(port=port, **values), encoding="utf-8")
    for name in ("share", "rpc"):
        (tmp_path / name).mkdir()
    (tmp_path / "share" / "名簿.txt").write_text("氏名 山田太郎 電話 090-1234-5678\n", encoding="utf-8")
    for name, value in (("KRB5_CONFIG", "krb5.conf"), ("KRB5_KDC_PROFILE", "kdc.conf"), ("KRB5CCNAME", "tickets")):
        monkeypatch.setenv(name, str(tmp_path / value))
    monkeypatch.delenv("SEKISHO_SMB_USER", raising=False)
    monkeypatch.delenv("SEKISHO_SMB_PASSWORD", raising=False)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    run(programs["kdb5_util"], "create", "-s", "-r", REALM, "-P", SECRET)
    for words in (
        f"addprinc -pw {SECRET} {getpass.getuser()}@{REALM}",
        f"addprinc -randkey cifs/localhost@{REALM}",
        f"ktadd -k {tmp_path}/smb.keytab cifs/localhost@{REALM}",
    ):
        run(programs["kadmin.local"], "-r", REALM, "-q", words)
    servers = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for command in (
            [programs["krb5kdc"], "-n"],
            [programs["smbd"], "--foreground", "--no-process-group", "-s", str(tmp_path / "smb.conf")],
        )
    ]
    try:
        _until_open(kdc)
        _until_open(smb)
        yield f"smb://localhost:{smb}/share"
    finally:
        for server in servers:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(timeout=10)


def test_a_ticket_opens_the_share_and_nothing_else_does(share: str, sekisho: Sekisho) -> None:
    refused = sekisho("scan", share)
    assert refused.code == 2
    assert "Kerberos" in refused.err
    subprocess.run(["kinit", f"{getpass.getuser()}@{REALM}"], input=SECRET, text=True, check=True, capture_output=True)
    entered = sekisho("scan", share, "--format", "jsonl")
    assert entered.files()["名簿.txt"]["entities"] == {"PERSON": 1, "PHONE_NUMBER": 1}
    assert entered.summary()["examined"] == 1


def test_a_ticket_that_the_server_does_not_know_is_a_refusal(share: str, sekisho: Sekisho, tmp_path: Path) -> None:
    subprocess.run(["kinit", f"{getpass.getuser()}@{REALM}"], input=SECRET, text=True, check=True, capture_output=True)
    subprocess.run(
        ["kadmin.local", "-r", REALM, "-q", f"cpw -randkey cifs/localhost@{REALM}"], check=True, capture_output=True
    )  # the server's key is another now
    refused = sekisho("scan", share)
    assert refused.code == 2
    assert "refuses" in refused.err
