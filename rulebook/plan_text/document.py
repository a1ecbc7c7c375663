"""A plan's text as nested values that can be looked at and set by their place, such as `ranks.levels[1].name`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from rulebook.plan_text.yaml_text import load_text

_STEP = re.compile(r"([a-z_]+)|\[([0-9]+)\]")
_BARE = {"null": None, "true": True, "false": False}


def document_of(text: str) -> Any:
    """The text's dicts, lists and strings; PlanError for what is no plain YAML."""
    return load_text(text)


def text_of(document: Any) -> str:
    """The values as YAML, as short rows where they hold only plain values."""
    return yaml.safe_dump(_bare(document), allow_unicode=True, sort_keys=False, default_flow_style=None, width=120)


def _bare(value: Any) -> Any:
    """The values with YAML's own words for nothing, yes and no instead of texts that say so."""
    if isinstance(value, dict):
        return {key: _bare(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_bare(part) for part in value]
    return _BARE.get(value, value)


def value_at(document: Any, place: str) -> Any:
    """What stands at a place; None where nothing does."""
    for step in _steps(place):
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def set_at(document: Any, place: str, value: object) -> None:
    """Put a value at a place, in a mapping that is made where there is none; KeyError or IndexError beyond a list."""
    *way, last = _steps(place)
    for step in way:
        if isinstance(document, dict) and not isinstance(document.get(step), dict | list):
            document[step] = {}
        document = document[step]
    document[last] = value


def with_values(text: str, values: Mapping[str, object]) -> str:
    """The text with other values at their places."""
    document = document_of(text)
    for place, value in values.items():
        set_at(document, place, value)
    return text_of(document)


def _steps(place: str) -> list[str | int]:
    return list(_found(place))


def _found(place: str) -> Iterator[str | int]:
    for name, index in _STEP.findall(place):
        yield name or int(index)
