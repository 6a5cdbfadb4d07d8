"""File shares without a mount: ``smb://server[:port]/share/folder`` (extra ``[smb]``, smbprotocol).

Read only, opened with full sharing, so that nobody's saving is blocked. Who reads is told by the environment
(``SEKISHO_SMB_USER``, ``SEKISHO_SMB_PASSWORD``), by the keyring (service ``sekisho-smb``, the server's name as the user), or, where
neither says anything, by Kerberos; never by the command line. A server that goes away is tried again; when it stays away, what
is left is told as not examined, at once and not file by file.
"""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

from scanner import clock
from scanner.model import Access, FileRef, Reason
from scanner.sources.principals import named
from scanner.sources.walk import Unseen, WalkNotes, is_placeholder

SCHEME = b"smb://"
_URL = re.compile(rb"smb://([^/:@]+)(?::(\d{1,5}))?/([^/]+)(?:/(.*))?", re.DOTALL)
_TRIES, _PAUSE, _TIMEOUT = 3, 0.5, 10
_REPARSE, _FOLDER = 0x400, 0x10
_ROUNDING = 2_000
_T = TypeVar("_T")


class SmbError(Exception):
    """``code`` names the message: ``bad_url``, ``missing_extra``, ``refused``, ``unreachable``, ``no_such_path``."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class ServerGone(OSError):
    """The server does not answer any more."""


@dataclass(frozen=True, slots=True)
class Address:
    """A place on a share."""

    server: str
    port: int
    share: str
    path: str

    @property
    def unc(self) -> str:
        """As Windows writes it."""
        inner = "\\" + self.path.replace("/", "\\") if self.path else ""
        return f"\\\\{self.server}\\{self.share}{inner}"


def is_smb(path: bytes) -> bool:
    """Whether a path is on a share that is reached without a mount."""
    return path.startswith(SCHEME)


def parse(url: bytes) -> Address:
    """The parts of an address; raises ``SmbError``. A password in the address is refused: it would stand in every log."""
    match = _URL.fullmatch(url.rstrip(b"/") + (b"/" if url.count(b"/") < 4 else b""))
    if match is None or b"@" in url.split(b"/")[2]:
        raise SmbError("bad_url", url=url.split(b"@")[-1].decode("utf-8", "replace"))
    server, port, share, path = match.groups()
    return Address(server.decode(), int(port or 445), share.decode("utf-8"), (path or b"").decode("utf-8").strip("/"))


@dataclass(slots=True)
class Shares:
    """Sessions with servers. One for a process."""

    down: set[str] = field(default_factory=set)
    _known: set[tuple[str, int]] = field(default_factory=set)

    def check(self, url: bytes) -> None:
        """Whether a root can be had; raises ``SmbError`` with what to do."""
        address = parse(url)
        try:
            self._again(address, lambda client: client.stat(address.unc, port=address.port))
        except ServerGone:
            raise SmbError("unreachable", server=address.server, port=address.port) from None
        except FileNotFoundError:
            raise SmbError("no_such_path", url=url.decode("utf-8", "replace")) from None
        except OSError:
            raise SmbError("refused", server=address.server) from None

    def walk(self, root: bytes, notes: WalkNotes) -> Iterator[FileRef | Unseen]:
        """Files below ``root`` in order of name, and folders that could not be listed."""
        notes.roots.append(root.rstrip(b"/"))
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
            folders: list[bytes] = []
            for entry in entries:
                info = entry.smb_info
                path = folder + b"/" + entry.name.encode("utf-8", "surrogatepass")
                if info.file_attributes & _REPARSE:
                    notes.symlinks += 1  # also DFS links: their target is a share of its own
                elif info.file_attributes & _FOLDER:
                    folders.append(path)
                elif is_placeholder(_Attributes(info.file_attributes)):  # type: ignore[arg-type]
                    yield Unseen(path, Reason.PLACEHOLDER)
                else:
                    yield FileRef(
                        path, info.end_of_file, _ns(info.last_write_time), _ns(info.change_time), info.file_id or 0, 0
                    )
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
        return bool(found.st_size != ref.size or abs(found.st_mtime_ns - ref.mtime_ns) > _ROUNDING)

    def open(self, path: bytes) -> IO[bytes]:
        """A file for reading, with full sharing; raises ``OSError``."""
        address = parse(path)
        return self._again(
            address, lambda client: client.open_file(address.unc, mode="rb", share_access="rwd", port=address.port)
        )

    def access(self, path: bytes) -> Access:
        """Owner and allowed principals by their security identifiers; empty where the server does not tell them."""
        address = parse(path)
        try:
            return self._again(address, lambda client: _security(client, address))
        except (OSError, KeyError, ValueError):
            return Access()

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


def _listing(address: Address) -> Callable[[Any], list[Any]]:
    return lambda client: sorted(client.scandir(address.unc, port=address.port), key=lambda e: str(e.name))


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


def _ref(path: bytes, status: Any) -> FileRef:
    return FileRef(
        path.rstrip(b"/"),
        status.st_size,
        status.st_mtime_ns,
        getattr(status, "st_chgtime_ns", status.st_mtime_ns),
        status.st_ino,
        0,
    )


_READ, _WRITE = 0x1, 0x2


def _security(client: Any, address: Address) -> Access:
    from smbprotocol.file_info import InfoType
    from smbprotocol.open import SMB2QueryInfoRequest, SMB2QueryInfoResponse
    from smbprotocol.security_descriptor import SMB2CreateSDBuffer

    with client.open_file(
        address.unc, mode="rb", buffering=0, share_access="rwd", desired_access=0x20080, port=address.port
    ) as file:
        handle = file.fd
        query = SMB2QueryInfoRequest()
        query["info_type"] = InfoType.SMB2_0_INFO_SECURITY
        query["output_buffer_length"] = 65_536
        query["additional_information"] = 0x1 | 0x4  # owner and discretionary list
        query["file_id"] = handle.file_id
        session, tree = handle.connection, handle.tree_connect
        request = session.send(query, tree.session.session_id, tree.tree_connect_id)
        answer = SMB2QueryInfoResponse()
        answer.unpack(session.receive(request)["data"].get_value())
    descriptor = SMB2CreateSDBuffer()
    descriptor.unpack(answer["buffer"].get_value())
    owner = descriptor.get_owner()
    grants: list[str] = []
    listed = descriptor.get_dacl()
    for entry in listed["aces"].get_value() if listed else ():
        if entry["ace_type"].get_value() == 0:
            mask, sid = entry["mask"].get_value(), str(entry["sid"].get_value())
            right = ("r" if mask & _READ else "") + ("w" if mask & _WRITE else "")
            if right:
                kind, name = named(sid)
                grants.append(f"{kind}:{name}:{right}" if name else f"{kind}:{right}")
    return Access(named(str(owner))[1] if owner else "", 0, ";".join(grants))
