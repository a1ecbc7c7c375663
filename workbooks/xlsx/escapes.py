"""How SpreadsheetML writes characters that XML can't hold: `_x000B_`, and so `_x005F_` before what only looks so."""

import re

_CODE = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
_LOOKS_SO = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """The text as a cell's XML holds it, so that reading gives it back; `unescaped` is its reverse."""
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", shielded(text))


def shielded(text: str) -> str:
    """The text with what only looks like a code protected from being taken for one."""
    return _LOOKS_SO.sub("_x005F_", text)


def unescaped(text: str) -> str:
    """The text that Excel shows; halves of surrogate pairs are no characters and stay as they are written."""
    return _CODE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
