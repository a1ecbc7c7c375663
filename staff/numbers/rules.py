"""Series of staff numbers: which number comes next in the one that people lately joined by. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise

LATELY = 10
"""How many of the last hired tell which series is in use: a few numbers given apart begin no series."""

APART = 1000
"""Numbers further apart than this are of two series."""

_NUMBER = re.compile(r"(.*?)(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that differ in their last digits alone: the first and the last of them, and the one to come."""

    first: str
    last: str
    coming: str


def series_in_use(numbers: Sequence[str]) -> Series | None:
    """The series of most of the last hired, the latest of two; None where numbers don't end in digits.

    The numbers are those of everybody, the last hired first.
    """
    by_form: dict[tuple[str, int], list[int]] = defaultdict(list)
    for found in filter(None, map(_NUMBER.fullmatch, numbers)):
        by_form[found[1], len(found[2])].append(int(found[2]))
    taken, series = set(numbers), dict[str, Series]()
    for (prefix, width), values in by_form.items():
        for block in _blocks(sorted(values)):
            texts = [f"{prefix}{value:0{width}}" for value in block]
            after = (f"{prefix}{value:0{width}}" for value in count(block[-1] + 1))
            coming = next(text for text in after if text not in taken)
            series |= dict.fromkeys(texts, Series(texts[0], texts[-1], coming))
    lately = [series[number] for number in numbers if number in series][:LATELY]
    return Counter(lately).most_common(1)[0][0] if lately else None


def _blocks(values: Sequence[int]) -> list[list[int]]:
    """Ascending numbers, parted where two are far apart."""
    blocks = [[values[0]]]
    for before, value in pairwise(values):
        if value - before > APART:
            blocks.append([])
        blocks[-1].append(value)
    return blocks
