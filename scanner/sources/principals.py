"""Names of the security identifiers that mean the same on every Windows machine and Samba server (MS-DTYP 2.4.2.4).

What a domain has named itself only its controller could tell; such accounts stay numbers, as the registers may write them.
"""

from __future__ import annotations

EVERYONE = "S-1-1-0"
_USERS = {
    "S-1-3-0": "CREATOR OWNER",
    "S-1-5-7": "NT AUTHORITY\\ANONYMOUS LOGON",
    "S-1-5-18": "NT AUTHORITY\\SYSTEM",
    "S-1-5-19": "NT AUTHORITY\\LOCAL SERVICE",
    "S-1-5-20": "NT AUTHORITY\\NETWORK SERVICE",
}
_GROUPS = {
    "S-1-3-1": "CREATOR GROUP",
    "S-1-5-2": "NT AUTHORITY\\NETWORK",
    "S-1-5-4": "NT AUTHORITY\\INTERACTIVE",
    "S-1-5-11": "NT AUTHORITY\\Authenticated Users",
    "S-1-5-32-544": "BUILTIN\\Administrators",
    "S-1-5-32-545": "BUILTIN\\Users",
    "S-1-5-32-546": "BUILTIN\\Guests",
    "S-1-5-32-547": "BUILTIN\\Power Users",
    "S-1-5-32-551": "BUILTIN\\Backup Operators",
}
_DOMAIN_USERS = {"500": "Administrator", "501": "Guest"}
_DOMAIN_GROUPS = {"512": "Domain Admins", "513": "Domain Users", "514": "Domain Guests", "515": "Domain Computers"}
_UNIX_USER, _UNIX_GROUP, _DOMAIN = "S-1-22-1-", "S-1-22-2-", "S-1-5-21-"


def named(sid: str) -> tuple[str, str]:
    """(``everyone``, ``group`` or ``user``; the name) of a security identifier; an unknown one is a user of that number."""
    if sid == EVERYONE:
        return "everyone", ""
    if sid in _GROUPS:
        return "group", _GROUPS[sid]
    if sid.startswith(_UNIX_GROUP):
        return "group", f"Unix Group\\{sid.removeprefix(_UNIX_GROUP)}"
    if sid.startswith(_UNIX_USER):
        return "user", f"Unix User\\{sid.removeprefix(_UNIX_USER)}"
    if sid.startswith(_DOMAIN):
        rid = sid.rpartition("-")[2]
        if rid in _DOMAIN_GROUPS:
            return "group", _DOMAIN_GROUPS[rid]
        return "user", _DOMAIN_USERS.get(rid, sid)
    return "user", _USERS.get(sid, sid)
