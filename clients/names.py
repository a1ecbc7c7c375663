"""How alike two names of firms are: Chinese offices, banks and people write the same firm in many ways. Pure."""

import re
import unicodedata
from difflib import SequenceMatcher
from enum import IntEnum
from functools import lru_cache

SHORTEST_PART = 4
"""Characters that a name must have to be recognised within a longer one."""
CLOSE = 0.75
"""The share of characters in common from which two names are close."""

_ENDINGS = ("有限责任公司", "股份有限公司", "有限公司", "总公司", "公司", "集团")
_LEFT_OUT = re.compile(r"[\W_]+")


class Likeness(IntEnum):
    """How alike two names are."""

    UNKNOWN = 0
    DIFFERENT = 1
    CLOSE = 2
    PART = 3
    SAME = 4


@lru_cache(maxsize=50_000)
def whole_name(name: str) -> str:
    """The name in half width and lower case, without punctuation and blanks; the legal form stays."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", name).casefold())


@lru_cache(maxsize=50_000)
def plain_name(name: str) -> str:
    """The whole name without the legal form at its end."""
    plain = whole_name(name)
    while ending := next((end for end in _ENDINGS if plain.endswith(end) and plain != end), None):
        plain = plain.removesuffix(ending)
    return plain


def likeness(one: str, other: str) -> Likeness:
    """How alike two plain names are: one may be cut off or lie within the other, as banks shorten names."""
    if not one or not other:
        return Likeness.UNKNOWN
    if one == other:
        return Likeness.SAME
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST_PART and shorter in longer:
        return Likeness.PART
    return Likeness.CLOSE if SequenceMatcher(None, one, other).ratio() >= CLOSE else Likeness.DIFFERENT
