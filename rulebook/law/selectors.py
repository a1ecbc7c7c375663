"""The law as data: each article's own words and how we read them."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parent / "law.yaml"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cited as part-article: its words, our reading, the plan's settings that express the reading.

    `decided_by_person` says who decides what no function carries out; None where functions do all.
    """

    number: str
    words: str
    settings: Sequence[str]
    reading: Bilingual
    decided_by_person: Bilingual | None


@dataclass(frozen=True, slots=True)
class Law:
    """The whole text: its title, headings by number (`1`, `1-4`, `1-7.2`), and the articles in order."""

    title: str
    headings: Mapping[str, str]
    articles: Sequence[Article]


@functools.cache
def the_law() -> Law:
    """Return the law as law.yaml has it."""
    document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    articles = tuple(_article(entry) for entry in document["articles"])
    return Law(document["title"], document["headings"], articles)


def _article(entry: Mapping[str, Any]) -> Article:
    person = entry.get("decided_by_person")
    return Article(
        number=entry["number"],
        words=entry["words"],
        settings=tuple(entry.get("settings", ())),
        reading=Bilingual(**entry["reading"]),
        decided_by_person=Bilingual(**person) if person else None,
    )
