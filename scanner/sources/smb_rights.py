"""Who may reach a file of a share, as its server tells by security identifiers."""

from __future__ import annotations

from typing import Any, Protocol

from scanner.model import Access
from scanner.sources import access, descriptors
from scanner.sources.principals import named


class Address(Protocol):
    """Where a file is."""

    @property
    def unc(self) -> str: ...
    @property
    def port(self) -> int: ...


_INHERIT_ONLY, _INHERITED = 0x8, 0x10


def security(client: Any, address: Address) -> Access:
    """Owner and allowed principals of a file; raises what the client raises."""
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
    listed = descriptor.get_dacl()
    entries = [_entry(entry) for entry in listed["aces"].get_value()] if listed else None
    known = descriptors.Descriptor(str(owner or ""), None if entries is None else tuple(e for e in entries if e))
    return access.of(known, named)


def _entry(entry: Any) -> descriptors.Entry | None:
    """An entry about the file itself that allows or denies; others say nothing about who may read."""
    kind, flags = entry["ace_type"].get_value(), int(entry["ace_flags"].get_value())
    if kind not in (0, 1) or flags & _INHERIT_ONLY:
        return None
    return descriptors.Entry(
        kind == 1, bool(flags & _INHERITED), entry["mask"].get_value(), str(entry["sid"].get_value())
    )
