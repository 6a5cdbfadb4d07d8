"""The step of the build that signs: Authenticode by osslsigncode, with the builder's certificate. Without one nothing is signed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Signer:
    """Files of certificate and key in PEM, a passphrase by the name of its variable, and a time stamping service."""

    certificate: Path
    key: Path
    passphrase: str = ""
    stamps: str = ""
    """Address (RFC 3161). Without a stamp the signature ends with the certificate."""

    def sign(self, path: Path) -> None:
        """Sign ``path`` in place. Raises ``RuntimeError`` where osslsigncode is not there or refuses."""
        program = shutil.which("osslsigncode")
        if program is None:
            raise RuntimeError("osslsigncode is not there: apt-get install osslsigncode")
        made = path.with_name(path.name + ".signed")
        command = [program, "sign", "-certs", str(self.certificate), "-key", str(self.key), "-h", "sha256"]
        command += ["-n", "Sekisho", "-in", str(path), "-out", str(made)]
        command += ["-ts", self.stamps] if self.stamps else []
        if self.passphrase:
            command += ["-readpass", "/dev/stdin"]
        word = os.environ.get(self.passphrase, "") if self.passphrase else ""
        done = subprocess.run(command, input=word, capture_output=True, text=True, check=False)
        if done.returncode:
            made.unlink(missing_ok=True)
            raise RuntimeError(f"osslsigncode refused {path.name}: {(done.stdout + done.stderr).strip()[-400:]}")
        made.replace(path)


def digest_holds(path: Path) -> bool:
    """Whether ``path`` bears a signature whose digest is that of the file. Who signed it is asked of nobody here."""
    program = shutil.which("osslsigncode") or "osslsigncode"
    done = subprocess.run([program, "verify", "-in", str(path)], capture_output=True, text=True, check=False)
    found = [line.split(":")[-1].strip() for line in done.stdout.splitlines() if "message digest" in line]
    return len(found) >= 2 and len(set(found)) == 1
