"""What some tests need that no package brings; where it is missing they are left out, and the run says so."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.infrastructure.disks import may_mount

FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")


@dataclass(frozen=True)
class Prerequisite:
    """A marker, whether what it needs is here, and how to get that."""

    marker: str
    present: bool
    remedy: str


def missing_prerequisites() -> list[Prerequisite]:
    """Return what is missing on this machine."""
    application, owner = settings.DATABASES["default"]["USER"], settings.DATABASE_OWNER["USER"]
    known = [
        Prerequisite("roles", application != owner, "set DATABASE_OWNER_URL to another role than that of DATABASE_URL"),
        Prerequisite("browser", bool(chromium() and has_chinese_font()), "apt-get install chromium fonts-noto-cjk"),
        Prerequisite("office", bool(shutil.which("soffice")), "apt-get install libreoffice-calc fonts-noto-cjk"),
        Prerequisite("small_disk", may_mount(), "run them as root, who may mount a filesystem"),
    ]
    return [prerequisite for prerequisite in known if not prerequisite.present]


def chromium() -> str | None:
    """Return the path of Debian's Chromium."""
    return shutil.which("chromium")


def has_chinese_font() -> bool:
    """Tell whether Chinese glyphs can be drawn; without the font each is a box."""
    return any(_noto_cjk(directory) for directory in FONTS)


def left_out(missing: Iterable[Prerequisite]) -> list[str]:
    """Return a plain sentence for each marker that is left out."""
    return [
        f"Left out: the tests marked {prerequisite.marker}. To run them: {prerequisite.remedy}"
        for prerequisite in missing
    ]


def _noto_cjk(directory: Path) -> bool:
    return any(directory.rglob("Noto*CJK*"))
