"""Pictures and metafiles that show a line of text, made here."""

from __future__ import annotations

import io
import struct


def picture(form: str = "PNG", size: tuple[int, int] = (900, 200), frames: int = 1, **more: object) -> bytes:
    """A picture of ``frames`` frames with a grey band in each; letters are no matter where none are read."""
    from PIL import Image, ImageDraw

    made = []
    for number in range(frames):
        image = Image.new("RGB", size, "white")
        ImageDraw.Draw(image).rectangle((5, 5, size[0] // 2, 10 + number), fill=(10 * number, 80, 80))
        made.append(image.convert("P") if form == "GIF" else image)
    out = io.BytesIO()
    if frames > 1:
        more |= {"save_all": True, "append_images": made[1:]}
    made[0].save(out, form, **more)
    return out.getvalue()


def emf(*texts: str, bitmap: bool = False) -> bytes:
    """An EMF that draws texts, one below the other."""
    records = b""
    for number, text in enumerate(texts):
        raw = text.encode("utf-16-le")
        raw += bytes(-len(raw) % 4)
        body = struct.pack("<IIIIIff", 0, 0, 0, 0, 1, 1.0, 1.0) + struct.pack("<iiII", 10, 20 * number, len(text), 76)
        body += struct.pack("<IiiiiI", 0, 0, 0, 0, 0, 0) + raw
        records += struct.pack("<II", 84, len(body) + 8) + body
    if bitmap:
        body = (
            bytes(40) + struct.pack("<II", 80, 40) + bytes(24) + struct.pack("<IiiHH", 40, 500, 200, 1, 24) + bytes(24)
        )
        body = body.ljust(120, b"\0")
        records += struct.pack("<II", 81, len(body) + 8) + body
    header = struct.pack("<II", 1, 88) + bytes(32) + b" EMF" + struct.pack("<IIIHHIII", 0x10000, 0, 3, 1, 0, 0, 0, 0)
    return header.ljust(88, b"\0") + records + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def wmf(*texts: str) -> bytes:
    """A placeable WMF that draws texts."""
    records = b""
    for number, text in enumerate(texts):
        raw = text.encode("cp932")
        body = struct.pack("<hhHH", 20 * number, 10, len(raw), 0) + raw + bytes(len(raw) % 2)
        records += struct.pack("<IH", 3 + len(body) // 2, 0x0A32) + body
    records += struct.pack("<IH", 3, 0)
    return (
        b"\xd7\xcd\xc6\x9a"
        + bytes(18)
        + struct.pack("<HHHIHIH", 1, 9, 0x300, 9 + len(records) // 2, 1, 99, 0)
        + records
    )


def dib() -> bytes:
    """A bitmap without a file header, as the clipboard has it."""
    return picture("BMP", (400, 100))[14:]
