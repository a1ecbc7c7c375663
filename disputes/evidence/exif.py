"""What a photograph says of itself beside the picture: when and with what it was taken stays, where goes."""

from PIL import Image
from PIL.ExifTags import IFD, Base

PREFIX = b"Exif\0\0"
NOTHING = b"II*\0\x08\0\0\0\0\0\0\0\0\0"
"""A TIFF header with an empty directory."""
KEPT = (Base.Orientation, Base.DateTime, Base.Make, Base.Model)
KEPT_OF_PICTURE = (Base.DateTimeOriginal, Base.OffsetTimeOriginal)


def without_place(tiff: bytes) -> bytes:
    """Exif data, from its TIFF header on, made anew of what may stay; empty data where it can't be read.

    What may stay is told, not what goes: makers put places into fields of their own.
    """
    read, kept = Image.Exif(), Image.Exif()
    try:
        read.load(PREFIX + tiff)
        kept.update({tag: read[tag] for tag in KEPT if tag in read})
        picture = read.get_ifd(IFD.Exif)
        if told := {tag: picture[tag] for tag in KEPT_OF_PICTURE if tag in picture}:
            kept.get_ifd(IFD.Exif).update({int(tag): value for tag, value in told.items()})
        return kept.tobytes().removeprefix(PREFIX)
    except Exception:  # whatever a stranger wrote there, the picture is what counts
        return NOTHING
