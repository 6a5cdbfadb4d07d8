"""A workbook whose bytes follow from what is in it: no times of the day on which it was packed."""

from __future__ import annotations

import io
import re
import zipfile

_MOMENTS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_NO_TIME = b"2000-01-01T00:00:00Z"
_PACKED = (1980, 1, 1, 0, 0, 0)


def steady(workbook: bytes) -> bytes:
    """The same workbook, members in the same order; when it was made stands in the form."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "docProps/core.xml":
                data = _MOMENTS.sub(rb"\g<1>" + _NO_TIME + rb"\g<3>", data)
            info = zipfile.ZipInfo(member.filename, _PACKED)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, data)
    return out.getvalue()
