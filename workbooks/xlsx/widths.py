"""How much room a text takes in a sheet."""

import re

_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd]"
)


def display_width(words: str) -> int:
    """How many half-width characters a text takes; a Chinese one counts as two."""
    return len(words) + len(_WIDE.findall(words))
