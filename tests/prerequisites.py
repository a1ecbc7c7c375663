"""What some tests need that no package brings; where it is missing they are left out, and the run says so."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")


@dataclass(frozen=True)
class Prerequisite:
    """A marker, whether what it needs is here, and the Debian packages that bring it."""

    marker: str
    present: bool
    packages: str


def missing_prerequisites() -> list[Prerequisite]:
    """Return what is missing on this machine."""
    known = [
        Prerequisite("browser", bool(chromium() and has_chinese_font()), "chromium fonts-noto-cjk"),
        Prerequisite("office", bool(shutil.which("soffice")), "libreoffice-calc fonts-noto-cjk"),
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
        f"Left out: the tests marked {prerequisite.marker}. To run them: apt-get install {prerequisite.packages}"
        for prerequisite in missing
    ]


def _noto_cjk(directory: Path) -> bool:
    return any(directory.rglob("Noto*CJK*"))
