"""The translations: catalogues (.po) in ``locale/``, compiled without GNU gettext into the state directory."""

from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = "zh_Hans"
PROJECT = "django.po"


def read_catalogue(path: Path) -> Catalog:
    """Read one catalogue; a broken one raises babel's PoFileError with the line."""
    with path.open("rb") as handle:
        return read_po(handle, abort_invalid=True)


def read_catalogues(directory: Path) -> Catalog:
    """Read all catalogues of a directory as one; where two translate the same, the project's own word counts."""
    paths = sorted(directory.glob("*.po"), key=lambda path: path.name == PROJECT)
    return _merged(read_catalogue(path) for path in paths)


def compile_catalogues(source: Path, target: Path) -> None:
    """Compile ``source/<locale>/LC_MESSAGES/*.po`` to one ``target/<locale>/LC_MESSAGES/django.mo`` each locale."""
    for directory in source.glob("*/LC_MESSAGES"):
        compiled = target / directory.relative_to(source) / "django.mo"
        compiled.parent.mkdir(parents=True, exist_ok=True)
        draft = compiled.with_suffix(".new")
        with draft.open("wb") as handle:
            write_mo(handle, read_catalogues(directory))
        draft.replace(compiled)


def _merged(catalogues: Iterable[Catalog]) -> Catalog:
    total = Catalog(locale=LOCALE, charset="utf-8")
    for catalogue in catalogues:
        for message in catalogue:
            if message.id:
                total[message.id] = message
    return total
