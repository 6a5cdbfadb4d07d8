"""Small disks that can be full: each a file system in memory where one can be mounted (in a namespace of this process alone)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

_FLAG = "SEKISHO_CHAOS_MOUNTS"


def in_a_namespace(module: str) -> None:
    """Run the program again where what it mounts is seen by it alone, if that can be."""
    if os.environ.get(_FLAG) or sys.platform != "linux" or os.geteuid() or not shutil.which("unshare"):
        return
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode == 0:
        os.environ[_FLAG] = "1"
        os.execvp("unshare", ["unshare", "-m", sys.executable, "-m", module, *sys.argv[1:]])


class Disk:
    """A folder that may be a small disk."""

    def __init__(self, folder: Path, size: int = 100) -> None:
        """``size``: MB."""
        self.folder = folder
        folder.mkdir(mode=0o755)
        self.mounted = bool(os.environ.get(_FLAG)) and (
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size}m,mode=755", "tmpfs", str(folder)], check=False
            ).returncode
            == 0
        )

    def fill(self, left: int) -> None:
        """All but ``left`` bytes of it."""
        with (self.folder / "ballast").open("wb") as ballast:
            while (room := shutil.disk_usage(self.folder).free - left) > 0:
                with suppress(OSError):  # somebody else took of it meanwhile
                    os.posix_fallocate(ballast.fileno(), ballast.seek(0, os.SEEK_END), room)

    def clear(self) -> None:
        """There is room again."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount."""
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)
