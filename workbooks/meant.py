"""Numbers that may mean each other: 5 and 00005, Ｃ０１ and C1, typed in another width or with blanks between."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

_DIGITS = re.compile(r"0*([0-9]+)")
_BLANKS = re.compile(r"\s+")
MOST_TOLD = 3


def folded(number: str) -> str:
    """What a number is told by, however it is written: half width, small letters, no blanks, no leading zeros."""
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", number)).casefold()
    return _DIGITS.sub(r"\1", plain)


class Alike:
    """Numbers that are there, to be found by any that may mean them."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._by_form: dict[str, list[str]] = defaultdict(list)
        for number in numbers:
            self._by_form[folded(number)].append(number)

    def to(self, number: str) -> list[str]:
        """The first other ones that may be meant."""
        return [other for other in self._by_form.get(folded(number), []) if other != number][:MOST_TOLD]
