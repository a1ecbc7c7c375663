"""Finds the messages to translate: in our Python and templates, and in packages that leave them in English."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_noop
from django.utils.translation.template import templatize

from salesorg.translations.catalogues import LOCALE, empty_catalogue, in_house_style, messages, read_catalogue

REWORDED = (
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("The %(name)s “%(obj)s” was deleted successfully."),
    gettext_noop("Save and add another"),
    gettext_noop("Save and continue editing"),
    gettext_noop("This field is required."),
    gettext_noop("This field cannot be blank."),
    gettext_noop("This field cannot be null."),
)


UNTRANSLATED = "unfold"
CONTEXT_FIRST = (1, "c")
FUNCTIONS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": (CONTEXT_FIRST, 2),
    "pgettext_lazy": (CONTEXT_FIRST, 2),
    "npgettext": (CONTEXT_FIRST, 2, 3),
    "npgettext_lazy": (CONTEXT_FIRST, 2, 3),
}


def project_messages() -> Catalog:
    """Return the messages of the project's own apps and templates."""
    installed = [Path(app.path) for app in apps.get_app_configs()]
    own = [directory for directory in installed if directory.parent == settings.BASE_DIR]
    return _found(settings.BASE_DIR, [*own, settings.BASE_DIR / "templates"])


def package_messages() -> Catalog:
    """Return what Django leaves in English or says in another style, and what Unfold says beyond Django."""
    gaps, translated = _django_messages()
    wanted = empty_catalogue()
    for message in messages(gaps):
        if message.id in REWORDED:
            continue
        wanted.add(message.id, context=message.context, locations=message.locations)
    root = Path(apps.get_app_config(UNTRANSLATED).path)
    for message in messages(_found(root.parent, _installed_parts(root))):
        if translated.get(message.id, message.context) is None:
            wanted.add(message.id, context=message.context, locations=message.locations)
    return wanted


def _django_messages() -> tuple[Catalog, Catalog]:
    """Return those of Django's messages that its Chinese catalogues lack or say in another style, and the others."""
    root = Path(django.__file__).parent
    gaps, translated = empty_catalogue(), empty_catalogue()
    for english in _english_catalogues(root):
        chinese = read_catalogue(english.parents[2] / LOCALE / "LC_MESSAGES" / "django.po")
        for message in messages(read_catalogue(english)):
            found = chinese.get(message.id, message.context)
            is_told = found and found.string and not found.fuzzy and in_house_style(found)
            target = translated if is_told else gaps
            target.add(message.id, context=message.context, locations=[(str(english.relative_to(root.parent)), 1)])
    return gaps, translated


def _english_catalogues(root: Path) -> Iterator[Path]:
    """Return those of Django itself and of its parts that are installed."""
    parts = [root / "conf", *(Path(app.path) for app in apps.get_app_configs() if app.name.startswith("django."))]
    yield from (part / "locale" / "en" / "LC_MESSAGES" / "django.po" for part in sorted(parts))


def _found(root: Path, directories: Iterable[Path]) -> Catalog:
    catalogue = empty_catalogue()
    for path in _sources(directories):
        place = str(path.relative_to(root))
        for line, ids, comments, context in extract("python", BytesIO(_python(path)), FUNCTIONS, ["Translators:"]):
            catalogue.add(ids, locations=[(place, line)], auto_comments=comments, context=context)
    return catalogue


def _sources(directories: Iterable[Path]) -> Iterator[Path]:
    for directory in directories:
        within = directory.rglob("*") if directory.is_dir() else [directory]
        found = (path for path in within if path.suffix in (".py", ".html", ".txt"))
        yield from sorted(path for path in found if "migrations" not in path.parts)


def _python(path: Path) -> bytes:
    """Return a source file as Python; of a template only what it translates is left, unindented."""
    if path.suffix == ".py":
        return path.read_bytes()
    lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def _installed_parts(root: Path) -> Iterator[Path]:
    """Return the package's parts that can be shown: not what it has for other packages that are not installed."""
    yield from (path for path in root.iterdir() if path.name != "contrib")
    yield from (Path(app.path) for app in apps.get_app_configs() if app.name.startswith(f"{UNTRANSLATED}.contrib."))
