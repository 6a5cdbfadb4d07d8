"""What a format declares. The table of all is ``kinds``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Kinds of names: a file whose extension belongs to one and whose content to another is remarked."""

    TEXT = "text"
    PICTURE = "picture"
    PDF = "pdf"
    DOCUMENT = "document"
    WORKBOOK = "workbook"
    SLIDES = "slides"
    ARCHIVE = "archive"
    DATA = "data"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Format:
    """One format. ``reader`` is ``module:function`` of ``formats/``, of a plug-in ``package.module:function``; empty where there is none."""

    name: str
    reader: str = ""
    family: Family = Family.OTHER
    extensions: str = ""
    """In lower case, with blanks between them; also what else belongs to the family under this format's name."""
    magics: tuple[bytes, ...] = ()
    """How its files begin. What only its inside tells stands in ``sniff``."""
    media_type: str = ""
    read: str = ""
    told: str = ""
    textual: bool = False
    """Whether a file of nothing but printable characters that begins so is one: MZ, BZh or ID3 may also begin a text."""
    labelled: bool = False
    """Whether its files can bear a sensitivity label (Microsoft Purview)."""
    by_name: bool = False
    """Whether a binary file of unknown content is taken for it by its extension."""

    @property
    def media(self) -> str:
        """Its media type, stated or made of the name."""
        return self.media_type or f"application/x-{self.name}"
