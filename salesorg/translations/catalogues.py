"""The translations: catalogues (.po) in ``locale/``, read, checked, written and compiled without GNU gettext.

``django.po`` holds the project's own messages, ``packages.po`` those that its packages leave in English.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALE = "zh_Hans"
PROJECT = "django.po"
PACKAGES = "packages.po"
_HAN = "[\u4e00-\u9fff]"
FOREIGN = re.compile(rf"你|{_HAN} ?[,:;?!]|[,:;?!)] ?{_HAN}|{_HAN} ?\((?!¥)|{_HAN}\.(?![.\w])")
"""What no Chinese text of ours has: readers are 您, and signs amid Chinese are full-width."""
NO_TEXT = {"yes,no,maybe"}
"""What Django takes apart at its commas."""
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z]|\{\w*[^{}]*\}")


def read_catalogue(path: Path) -> Catalog:
    """Read one catalogue, empty if there is none yet; a broken one raises babel's PoFileError with the line."""
    if not path.exists():
        return empty_catalogue()
    with path.open("rb") as handle:
        return read_po(handle, locale=LOCALE, abort_invalid=True)


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue in the order of the source files, without line numbers, so that its changes read well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        write_po(handle, catalogue, width=0, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


def compile_catalogues(source: Path, target: Path) -> None:
    """Compile ``source/<locale>/LC_MESSAGES/*.po`` to one ``target/<locale>/LC_MESSAGES/django.mo`` each locale.

    Where two catalogues translate the same, the project's own word counts.
    """
    for directory in source.glob("*/LC_MESSAGES"):
        own_last = sorted(directory.glob("*.po"), key=lambda path: path.name == PROJECT)
        compiled = target / directory.relative_to(source) / "django.mo"
        compiled.parent.mkdir(parents=True, exist_ok=True)
        draft = compiled.with_suffix(".new")
        with draft.open("wb") as handle:
            write_mo(handle, _merged(read_catalogue(path) for path in own_last))
        draft.replace(compiled)


def problems(catalogue: Catalog, wanted: Catalog) -> Iterator[str]:
    """Tell which of the wanted messages lack a Chinese text in house style, are only guessed, or lose a placeholder."""
    for message in messages(wanted):
        place = message.locations[0][0] if message.locations else "?"
        translated = catalogue.get(message.id, message.context)
        if translated is None or not all(_texts(translated)):
            yield f"{place}: {message.id!r} has no translation"
        elif translated.fuzzy:
            yield f"{place}: {message.id!r} is marked fuzzy"
        elif any(_placeholders(text) != _placeholders(_ids(message)[-1]) for text in _texts(translated)):
            yield f"{place}: the translation of {message.id!r} has other placeholders"
        elif not in_house_style(translated):
            yield f"{place}: the translation of {message.id!r} has 你 or half-width signs"


def in_house_style(message: Message) -> bool:
    """Whether a message's Chinese says 您 and sets full-width signs."""
    return message.id in NO_TEXT or not any(FOREIGN.search(text) for text in _texts(message))


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Return the messages without the header."""
    return (message for message in catalogue if message.id)


def empty_catalogue() -> Catalog:
    """Return a catalogue for Simplified Chinese without messages."""
    return Catalog(
        locale=LOCALE,
        project="salesorg",
        version="1",
        msgid_bugs_address="salesorg contributors",
        last_translator="salesorg contributors",
        language_team="salesorg contributors",
        revision_date=datetime.now(UTC),
        header_comment="# Simplified Chinese of salesorg. Renew with: bin/manage update_messages",
        fuzzy=False,
        charset="utf-8",
    )


def _merged(catalogues: Iterable[Catalog]) -> Catalog:
    total = empty_catalogue()
    for catalogue in catalogues:
        for message in messages(catalogue):
            if not message.fuzzy and all(_texts(message)):
                total.delete(message.id, message.context)
                total.add(message.id, message.string, context=message.context, flags=message.flags)
    return total


def _ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, list | tuple) else [message.id]


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, list | tuple) else [message.string or ""]
