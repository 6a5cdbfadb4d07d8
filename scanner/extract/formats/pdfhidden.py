"""Pages that no page tree names, and tiles that pages are painted with: texts of a PDF that its own pages do not give.

A page that was deleted stays in the file when programs append to it; a tree of pages that is damaged loses those behind the damage.
They are put into a document of their own, whose text is read like that of any other.
"""

from __future__ import annotations

import io
from typing import Any

_MOST = 500
"""Pages and tiles that are looked at."""


def rest(document: Any) -> bytes:
    """A PDF of what is in ``document`` (of pikepdf) beside its pages; empty where there is nothing."""
    import pikepdf

    try:
        known = {page.obj.objgen for page in document.pages}
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError):
        known = set()
    found = pikepdf.Pdf.new()
    for item in document.objects:
        if len(found.pages) >= _MOST:
            break
        try:
            if isinstance(item, pikepdf.Stream):
                if item.get("/PatternType") == 1:
                    _tile(found, item)
            elif isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Page" and item.objgen not in known:
                _page(found, item)
        except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, RuntimeError, TypeError, KeyError):
            continue  # it was looked at by the walk over all objects, which tells what is damaged
    if not len(found.pages):
        return b""
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def _page(found: Any, item: Any) -> None:
    import pikepdf

    copy = found.copy_foreign(item) if "/Parent" not in item else _without_parent(found, item)
    found.pages.append(pikepdf.Page(copy))


def _without_parent(found: Any, item: Any) -> Any:
    """The parent leads to the whole tree; only what a page may inherit is taken from it."""
    import pikepdf

    taken = pikepdf.Dictionary(Type=pikepdf.Name.Page)
    holder, depth = item, 0
    while isinstance(holder, pikepdf.Dictionary) and depth < 20:
        for key in ("/Resources", "/MediaBox", "/Contents"):
            if key in holder and key not in taken:
                value = holder[key]
                taken[key] = found.copy_foreign(value) if value.is_indirect else _direct(found, value)
        holder, depth = holder.get("/Parent"), depth + 1
    if "/MediaBox" not in taken:
        taken["/MediaBox"] = pikepdf.Array([0, 0, 600, 800])
    return found.make_indirect(taken)


def _direct(found: Any, value: Any) -> Any:
    """A copy of a value that stands in its object: what it refers to must belong to the new document."""
    import pikepdf

    if isinstance(value, pikepdf.Dictionary):
        made = pikepdf.Dictionary()
        for key, inner in value.items():
            made[key] = found.copy_foreign(inner) if getattr(inner, "is_indirect", False) else _direct(found, inner)
        return made
    if isinstance(value, pikepdf.Array):
        return pikepdf.Array(
            [found.copy_foreign(v) if getattr(v, "is_indirect", False) else _direct(found, v) for v in value]
        )
    return value


def _tile(found: Any, item: Any) -> None:
    import pikepdf

    resources = item.get("/Resources", pikepdf.Dictionary())
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array([0, 0, 2000, 2000]),
        Resources=found.copy_foreign(resources) if resources.is_indirect else _direct(found, resources),
        Contents=found.make_stream(bytes(item.read_bytes())),
    )
    found.pages.append(pikepdf.Page(found.make_indirect(page)))
