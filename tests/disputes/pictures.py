"""Files as phones and programs make them, with where they were taken, for tests of evidence."""

import io
import zipfile
from typing import Any

import pillow_heif
from PIL import Image, PngImagePlugin
from PIL.ExifTags import IFD, Base

pillow_heif.register_heif_opener()

SQUARE = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
PLACE = "39.9042 N 116.4074 E"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>{PLACE}</exif:GPSLatitude></x:xmpmeta>'.encode()
TAKEN_AT = "2026:06:01 10:00:00"
SIDEWAYS = 6


def exif() -> Image.Exif:
    """What a phone tells of a picture: when it was taken and how it was held; where, in two places."""
    told = Image.Exif()
    told[Base.Orientation] = SIDEWAYS
    told[Base.Model] = "Phone"
    told[Base.ImageDescription] = PLACE
    told.get_ifd(IFD.Exif).update({Base.DateTimeOriginal: TAKEN_AT, Base.UserComment: PLACE.encode()})
    told.get_ifd(IFD.GPSInfo).update({1: "N", 2: (39.0, 54.0, 15.0), 3: "E", 4: (116.0, 24.0, 26.0), 29: PLACE})
    return told


def jpeg(**more: Any) -> bytes:
    """A photograph."""
    return _saved("JPEG", exif=exif(), xmp=XMP, comment=PLACE.encode(), **more)


def heic() -> bytes:
    """A phone's photograph."""
    return _saved("HEIF", exif=exif().tobytes(), xmp=XMP, quality=90)


def png() -> bytes:
    """A picture with texts beside it."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Location", PLACE)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    texts.add_text("Comment", PLACE, zip=True)
    return _saved("PNG", exif=exif(), pnginfo=texts)


def pdf(size: int = 200) -> bytes:
    """A PDF of so many bytes."""
    head, end = b"%PDF-1.7\n%", b"\n%%EOF\n"
    return head + b"x" * (size - len(head) - len(end)) + end


def workbook(**parts: bytes) -> bytes:
    """An Excel workbook with these parts besides."""
    file = io.BytesIO()
    needed = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**needed, **parts}.items():
            package.writestr(name, content)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """The picture, decoded."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def _saved(kind: str, **more: Any) -> bytes:
    file = io.BytesIO()
    SQUARE.save(file, kind, **more)
    return file.getvalue()
