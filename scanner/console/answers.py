"""Files that leave by a page."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse


def download(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file to be saved, never shown in the page: its name in UTF-8 as RFC 6266 has it, a plain one for the rest."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
