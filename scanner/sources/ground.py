"""What kind of storage a path stands on: mount type, removable flag, well-known folder names."""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from pathlib import Path

from scanner.model import Ground, display
from scanner.paths import names
from scanner.sources import drives, mounting

_NETWORK_TYPES = frozenset("nfs nfs4 cifs smb3 smbfs ncpfs afs 9p fuse.sshfs davfs fuse.davfs2 ceph glusterfs".split())
_FOLDERS: tuple[tuple[Ground, re.Pattern[str]], ...] = (
    (
        Ground.RECYCLE_BIN,
        re.compile(r"/(?:\$RECYCLE\.BIN|RECYCLER|\.Trash(?:-\d+)?|\.local/share/Trash)/", re.IGNORECASE),
    ),
    (
        Ground.CLOUD_SYNC,
        re.compile(
            r"/(?:OneDrive(?: - [^/]+)?|Google ?Drive|GoogleDrive[^/]*|My Drive|マイドライブ|Dropbox(?: \([^/]+\))?|Box(?: Sync)?|iCloud ?Drive|Mobile Documents)/",
            re.IGNORECASE,
        ),
    ),
    (
        Ground.MAIL_STORE,
        re.compile(
            r"/(?:Thunderbird/Profiles|\.thunderbird|Outlook Files|Outlook ファイル|Microsoft/Outlook|Maildir|Library/Mail)/",
            re.IGNORECASE,
        ),
    ),
    (Ground.WEB_ROOT, re.compile(r"/(?:public_html|wwwroot|htdocs|var/www)/", re.IGNORECASE)),
    (
        Ground.BACKUP,
        re.compile(
            r"/(?:backups?|バックアップ|FileHistory|System Volume Information|\.snapshots?|@Recently-Snapshot|Time Machine[^/]*)/",
            re.IGNORECASE,
        ),
    ),
    (
        Ground.TEMP,
        re.compile(
            r"^/(?:tmp|var/tmp)/|/(?:AppData/Local/Temp|Temporary Internet Files|INetCache|Temp|\.cache)/",
            re.IGNORECASE,
        ),
    ),
)
_REMOVABLE_PATHS = re.compile(r"^/(?:media|run/media|Volumes)/")


def ground_of(path: bytes) -> Ground:
    """The ground of an absolute path. What cannot be told is ``fixed``."""
    return _of_folder(names.parent(path))


@lru_cache(maxsize=4096)
def _of_folder(folder: bytes) -> Ground:
    """All patterns are about folders, so all files of one have one answer."""
    text = names.slashed(folder, display(folder)).rstrip("/") + "/"
    for ground, pattern in _FOLDERS:
        if pattern.search(text):
            return ground
    if text.startswith(("//", "smb://")):
        return Ground.NETWORK
    return _by_mount(folder)


@lru_cache(maxsize=4096)
def _by_mount(folder: bytes) -> Ground:
    if sys.platform == "win32":
        found = drives.drive(drives.volume_root(os.fsdecode(folder)))
        return drives.ground_of(found.kind, found.bus)
    _, kind, device = mount_of(folder)
    if kind in _NETWORK_TYPES:
        return Ground.NETWORK
    if _removable(device) or _REMOVABLE_PATHS.match(os.fsdecode(folder)):
        return Ground.REMOVABLE
    return Ground.FIXED


def mount_of(path: bytes) -> tuple[str, str, str]:
    """(mount point, type, device) of the innermost mount that a path stands on; empty where the system does not tell."""
    over = [m for m in mounts() if names.within(path, os.fsencode(m[0]))]
    return max(reversed(over), key=lambda m: len(m[0]), default=("", "", ""))


@lru_cache(maxsize=1)
def mounts() -> tuple[tuple[str, str, str], ...]:
    """(mount point, type, device) of this system; empty where it does not tell."""
    return tuple((m.point, m.kind, m.source) for m in mounting.table())


@lru_cache(maxsize=256)
def _removable(device: str) -> bool:
    name = os.path.basename(device)
    for candidate in (name, re.sub(r"p?\d+$", "", name)):
        flag = Path("/sys/block") / candidate / "removable"
        try:
            if candidate and flag.read_text(encoding="ascii").strip() == "1":
                return True
        except OSError:
            continue
    return False
