"""File shares without a mount: ``smb://server[:port]/share/folder`` (extra ``[smb]``, smbprotocol).

Read only, opened with full sharing, so that nobody's saving is blocked. Who reads is told by the environment
(``SEKISHO_SMB_USER``, ``SEKISHO_SMB_PASSWORD``), by the keyring (service ``sekisho-smb``, the server's name as the user), or, where
neither says anything, by Kerberos; never by the command line. A server that goes away is tried again; when it stays away, what
is left is told as not examined, at once and not file by file.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar
from urllib.parse import unquote

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.model import Access, FileRef, Reason
from scanner.paths import origins
from scanner.paths.entries import is_placeholder, number_of
from scanner.paths.names import inside, join
from scanner.paths.shares import Share, share
from scanner.sources.excluding import Exclusions
from scanner.sources.origin import of_streams
from scanner.sources.smb_rights import security
from scanner.sources.walk import Unseen, WalkNotes

SCHEME = b"smb://"
_TRIES, _PAUSE, _TIMEOUT = 3, 0.5, 10
_REPARSE, _FOLDER = 0x400, 0x10
_ROUNDING = 2_000
_T = TypeVar("_T")


class SmbError(SekishoError):
    """``code`` names the message: ``bad_url``, ``missing_extra``, ``refused``, ``unreachable``, ``no_such_path``."""

    section = "smb"
    exit_code = EXIT_USAGE


class ServerGone(OSError):
    """The server does not answer any more."""


class Address(Share):
    """A place on a share, as the client library is told of it."""

    __slots__ = ()

    @property
    def unc(self) -> str:
        """As Windows writes it."""
        inner = "\\" + self.path.replace("/", "\\") if self.path else ""
        return f"\\\\{self.server}\\{self.share}{inner}"

    def at(self, path: str) -> Address:
        """Another place on the same share."""
        return self._replace(path=path)


def is_smb(path: bytes) -> bool:
    """Whether a path is on a share that is reached without a mount."""
    return path[: len(SCHEME)].lower() == SCHEME


def parse(url: bytes) -> Address:
    """The parts of an address; raises ``SmbError``. A password in the address is refused: it would stand in every log."""
    text = url.decode("utf-8", "surrogatepass")
    found = share(text.rstrip("/")) if is_smb(url) and "@" not in text.split("/")[2] else None
    if found is None:
        raise SmbError("bad_url", url=url.split(b"@")[-1].decode("utf-8", "replace"))
    return Address(*found)


@dataclass(slots=True)
class Shares:
    """Sessions with servers. One for a process."""

    down: set[str] = field(default_factory=set)
    _known: set[tuple[str, int]] = field(default_factory=set)

    def check(self, url: bytes) -> None:
        """Whether a root can be had; raises ``SmbError`` with what to do."""
        address = parse(url)
        try:
            there = parse(self.spelt(url))
            self._again(there, lambda client: client.stat(there.unc, port=there.port))
        except ServerGone:
            raise SmbError("unreachable", server=address.server, port=address.port) from None
        except FileNotFoundError:
            raise SmbError("no_such_path", url=url.decode("utf-8", "replace")) from None
        except OSError:
            raise SmbError("refused", server=address.server) from None

    def spelt(self, root: bytes) -> bytes:
        """The one name of a root: each part as the server spells it, where it knows one that differs in case or in the form of
        its letters only, or is what ``%20`` stands for. What the server does not know stays as it was written."""
        address = parse(root)
        known: list[str] = []
        for part in filter(None, address.path.split("/")):
            above = address.at("/".join(known))
            known.append(self._own_name(above, part))
        return address.at("/".join(known)).url.encode("utf-8", "surrogatepass")

    def _own_name(self, above: Address, part: str) -> str:
        """Asked for by name first: only a server that writes its letters in another form must list the whole folder."""
        forms = dict.fromkeys((part, unquote(part)))
        for asked in (*forms, "*"):
            if asked != "*" and not _WILD.isdisjoint(asked):
                continue
            try:
                met = [str(entry.name) for entry in self._again(above, _listing(above, asked))]
            except ServerGone:
                raise
            except OSError:
                continue  # not there, or not to be listed: whoever walks there is told
            for wanted in forms:
                same = [name for name in met if _folded(name) == _folded(wanted)]
                if same:
                    return wanted if wanted in same else same[0]
        return part

    def walk_all(
        self, roots: Iterable[bytes], notes: WalkNotes, exclusions: Exclusions | None = None
    ) -> Iterator[FileRef | Unseen]:
        """Files below ``roots``, each folder once although two roots may name it differently or lie inside each other."""
        named: dict[bytes, set[bytes]] = {}
        for root in roots:
            try:
                own = self.spelt(root)
            except OSError:
                own = parse(root).url.encode("utf-8", "surrogatepass")
            named.setdefault(own, set()).add(root.rstrip(b"/"))
        for root, given in named.items():
            if any(inside(root, other) for other in named):
                continue
            missed = False
            for item in self.walk(root, notes, exclusions):
                missed = missed or isinstance(item, Unseen)
                yield item
            if not missed:
                notes.roots += sorted(
                    given - {root}
                )  # what earlier scans entered under another spelling is not there twice

    def walk(self, root: bytes, notes: WalkNotes, exclusions: Exclusions | None = None) -> Iterator[FileRef | Unseen]:
        """Files below ``root``, spelt as the server does, in order of name; folders that could not be listed, and what is left out
        (``.sekishoignore`` files of a share are not read)."""
        notes.roots.append(root.rstrip(b"/"))
        notes.entries += 1
        start = parse(root)
        status = self._status(root, start)
        if isinstance(status, Unseen):
            yield status
            return
        if not stat.S_ISDIR(status.st_mode):
            yield _ref(root, status)
            return
        pending = [root.rstrip(b"/")]
        while pending:
            folder = pending.pop()
            address = parse(folder)
            try:
                entries = self._again(address, _listing(address))
            except OSError as error:
                yield Unseen(folder, Reason.VANISHED if isinstance(error, FileNotFoundError) else Reason.UNREADABLE)
                continue
            notes.folders += 1
            notes.entries += len(entries)
            folders: list[bytes] = []
            for entry in entries:
                info = entry.smb_info
                path = join(folder, entry.name.encode("utf-8", "surrogatepass"))
                if info.file_attributes & _REPARSE:
                    notes.symlinks += 1  # also DFS links: their target is a share of its own
                    continue
                below = bool(info.file_attributes & _FOLDER)
                rule = exclusions.rule(path, folder=below) if exclusions is not None else None
                if rule is not None:
                    yield Unseen(path, Reason.EXCLUDED, rule.text, None if below else _listed(path, info))
                elif below:
                    folders.append(path)
                elif is_placeholder(_Attributes(info.file_attributes)):
                    yield Unseen(path, Reason.PLACEHOLDER)
                else:
                    yield _listed(path, info)
            pending.extend(reversed(folders))

    def _status(self, path: bytes, address: Address) -> Any:
        try:
            return self._again(address, lambda client: client.stat(address.unc, port=address.port))
        except FileNotFoundError:
            return Unseen(path, Reason.VANISHED)
        except OSError:
            return Unseen(path, Reason.UNREADABLE)

    def changed(self, ref: FileRef) -> bool:
        """Whether a file is no longer what the walk saw. Times of a listing and of a single file differ in rounding."""
        found = self._status(ref.path, parse(ref.path))
        if isinstance(found, Unseen):
            return True
        changed = getattr(found, "st_chgtime_ns", ref.ctime_ns)
        return bool(
            found.st_size != ref.size
            or abs(found.st_mtime_ns - ref.mtime_ns) > _ROUNDING
            or abs(changed - ref.ctime_ns) > _ROUNDING
        )

    def open(self, path: bytes) -> IO[bytes]:
        """A file for reading, with full sharing; raises ``OSError``."""
        address = parse(path)
        return self._again(
            address, lambda client: client.open_file(address.unc, mode="rb", share_access="rwd", port=address.port)
        )

    def access(self, path: bytes) -> Access:
        """Owner and allowed principals by their security identifiers, and origin; empty where the server does not tell them."""
        address = parse(path)
        try:
            found = self._again(address, lambda client: security(client, address))
        except (OSError, KeyError, ValueError):
            return Access()
        return found._replace(origin=of_streams(lambda name: self._stream(address, name)))

    def _stream(self, address: Address, name: str) -> bytes:
        """The first bytes of a stream behind a file; raises ``OSError``."""
        where = f"{address.unc}:{name}"
        share = {"mode": "rb", "share_access": "rwd", "port": address.port}
        with self._again(address, lambda client: client.open_file(where, **share)) as file:
            return bytes(file.read(origins.MOST_BYTES))

    def _again(self, address: Address, act: Callable[[Any], _T]) -> _T:
        """Try three times; then the server counts as gone for the rest of this process' work."""
        if address.server in self.down:
            raise ServerGone(address.server)
        client = _client()
        from smbprotocol.exceptions import SMBConnectionClosed, SMBException, SMBOSError

        for turn in range(_TRIES):
            try:
                self._session(client, address)
                return act(client)
            except SMBOSError as answer:  # an answer of the server, as the error that a local file would give
                raise OSError(answer.errno, "share") from None
            except (SMBConnectionClosed, SMBException, OSError, ValueError) as error:
                if _is_refusal(error):
                    raise PermissionError(address.server) from None
                if type(error).__name__ == "NoSuchFile":  # no name fits a pattern: an answer, not a lost connection
                    raise FileNotFoundError(errno.ENOENT, "share") from None
                self._forget(client, address)
                if turn < _TRIES - 1:
                    clock.sleep(_PAUSE * 2**turn)
        self.down.add(address.server)
        raise ServerGone(address.server)

    def _session(self, client: Any, address: Address) -> None:
        if (address.server, address.port) not in self._known:
            from smbprotocol.exceptions import SMBResponseException

            user, password = credentials(address.server)
            try:
                client.register_session(
                    address.server, username=user, password=password, port=address.port, connection_timeout=_TIMEOUT
                )
            except (
                SMBResponseException
            ) as answer:  # the server is there and does not let us in (an unknown ticket, say)
                if answer.status in _BUSY:
                    raise
                raise PermissionError(address.server) from None
            self._known.add((address.server, address.port))

    def _forget(self, client: Any, address: Address) -> None:
        self._known.discard((address.server, address.port))
        try:
            client.delete_session(address.server, port=address.port)
        except Exception:  # noqa: S110  # the session is lost either way, and its kind of end is the library's
            pass


_BUSY = frozenset({0xC000009A, 0xC00000D0, 0xC0000203, 0xC000035C})
"""Answers at the door that pass: no resources, too many sessions, a session that ended."""


_WILD = frozenset('*?<>"')
"""A server takes them for patterns; no name has them."""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).lower()


def _listing(address: Address, pattern: str = "*") -> Callable[[Any], list[Any]]:
    return lambda client: sorted(
        client.scandir(address.unc, search_pattern=pattern, port=address.port), key=lambda e: str(e.name)
    )


class _Attributes:
    """Attributes of a listing in the form in which ``is_placeholder`` asks for them."""

    st_flags = 0

    def __init__(self, attributes: int) -> None:
        self.st_file_attributes = attributes


def credentials(server: str) -> tuple[str | None, str | None]:
    """User and password of the environment or the keyring; both ``None`` for Kerberos."""
    user, password = os.environ.get("SEKISHO_SMB_USER"), os.environ.get("SEKISHO_SMB_PASSWORD")
    if user and password is None:
        try:
            import keyring

            password = keyring.get_password("sekisho-smb", f"{user}@{server}")
        except Exception:  # no keyring on this machine: Kerberos is left
            password = None
    return user, password


def _client() -> Any:
    try:
        import smbclient
    except ImportError:
        raise SmbError("missing_extra") from None
    logging.getLogger("smbprotocol").setLevel(logging.CRITICAL)  # its messages name files
    return smbclient


def _is_refusal(error: Exception) -> bool:
    return type(error).__name__ in (
        "LogonFailure",
        "SMBAuthenticationError",
        "AccessDenied",
        "SpnegoError",
        "InvalidCredentialError",
        "NoContextError",
        "BadNetworkName",
    ) or (isinstance(error, PermissionError))


def _ns(moment: Any) -> int:
    return int(int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1_000)


def _listed(path: bytes, info: Any) -> FileRef:
    """A file as the listing of its folder shows it."""
    times = _ns(info.last_write_time), _ns(info.change_time)
    return FileRef(path, info.end_of_file, *times, number_of(info.file_id or 0), 0)


def _ref(path: bytes, status: Any) -> FileRef:
    return FileRef(
        path.rstrip(b"/"),
        status.st_size,
        status.st_mtime_ns,
        getattr(status, "st_chgtime_ns", status.st_mtime_ns),
        number_of(status.st_ino),
        0,
    )
