"""Why a correction is refused, or stops and is taken back."""

from __future__ import annotations

import errno

from scanner.errors import EXIT_POINTS, EXIT_USAGE, SekishoError, reason_of


class CorrectionError(SekishoError):
    """A correction that cannot be prepared, signed or carried out; ``code`` names the message."""

    section = "correct"
    exit_code = EXIT_USAGE


class Stopped(CorrectionError):
    """Files are not, or no longer, as they were when people signed, or the system refuses; whatever was begun is taken back."""

    exit_code = EXIT_POINTS


_CODES = {
    errno.ENOSPC: "full", errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC: "full", errno.EROFS: "read_only", errno.ELOOP: "link", errno.ENOTDIR: "link",
    errno.EEXIST: "target_exists", errno.EBUSY: "in_use", errno.ETXTBSY: "in_use", errno.EFBIG: "full",
}  # fmt: skip


def of_system(error: OSError) -> Stopped:
    """What an answer of the system means for a correction."""
    code = _CODES.get(error.errno or 0)
    if code is None:
        code = {"in_use": "in_use", "vanished": "vanished", "name_too_long": "name_too_long"}.get(
            reason_of(error).value, "not_permitted"
        )
    return Stopped(code)
