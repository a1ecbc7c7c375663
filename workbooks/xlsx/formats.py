"""What Excel shows of a number in a format (SpreadsheetML 18.8.30): as much as numbers of people and amounts need."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<room>.)|\*(?P<filler>.)|\[(?P<bracket>[^\]]*)\]|(?P<end>;)'
    r"|(?P<general>General|G/通用格式)|(?P<power>(?-i:E[+-]))|(?P<sign>.)",
    re.DOTALL | re.IGNORECASE,
)
_COLOUR = re.compile(
    r"(black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|[黑蓝青绿洋红白黄]+色?\d*)", re.IGNORECASE
)
_LOCALE = re.compile(r"\$(?P<currency>[^-]*)(-[0-9A-Fa-f]+)?")
_PLACES = "0#?"
_MINUS = frozenset("-−－﹣‐‑–负")
_SEPARATORS = frozenset(" \u00a0\u202f'’,，")
_SHARES = frozenset("%％‰")
_UNITS = frozenset(["k", "m", "w", "t", "mn", "mm", "mio", "bn", "b", "wan", "thousand", "million", "billion"])
_LITERALS = frozenset("-+ ():!^&'~{}<>=$¥￥€£")

Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of a format, token by token: `place`, `literal`, `sign`, `general`, `power`; `is_known` if all are.

    One of its own for negative numbers `drops_minus`: Excel shows them without the sign that it would put itself.
    """

    tokens: tuple[Token, ...]
    is_known: bool
    drops_minus: bool = False

    @property
    def places(self) -> list[int]:
        """Where its places for digits are."""
        return [at for at, (kind, _text) in enumerate(self.tokens) if kind == "place"]

    @property
    def signs(self) -> set[str]:
        """The signs that make it more than digits and words."""
        return {text for kind, text in self.tokens if kind == "sign"}

    def has(self, kind: str) -> bool:
        """Whether a token of this kind is in it."""
        return any(found == kind for found, _text in self.tokens)


def whole_as_shown(digits: str, code: str) -> str | None:
    """A whole number that isn't negative as a format shows it: 7 in `"R"0000` as R0007.

    None where the format shows more than digits and words (1,234 or 7.00), or can't be told.
    """
    section = _section(code, 0 if digits == "0" else 1)
    if not code or section.tokens == (("sign", "@"),):
        return digits
    if not section.is_known or section.has("power"):
        return None
    if section.has("general"):
        return _joined(section, {at: digits for at, (kind, _text) in enumerate(section.tokens) if kind == "general"})
    if not section.places or section.signs - {","}:
        return None
    wanted = "" if digits == "0" else digits
    least = sum(text == "0" for kind, text in section.tokens if kind == "place")
    if section.signs and (max(len(wanted), least) > 3 or _scales(section)):
        return None
    return _joined(section, _placed(wanted, section))


def hides(number: Decimal, code: str) -> bool:
    """Whether a format shows another number: with fewer decimals than it has, in thousands, none at all, or by words.

    Words that do: digits, 万 or K, a minus or parentheses of their own, and none of these where a sign should be.
    """
    section = _section(code, (number > 0) - (number < 0))
    if not code or not section.is_known:
        return False
    if _rewords(number, section):
        return True
    if section.has("general") or "@" in section.signs:
        return False
    if not section.places:
        return number != 0
    if "/" in section.signs:
        return number != number.to_integral_value()
    if _scales(section):
        return number != 0
    decimals = _decimals(section)
    if section.has("power"):
        return bool(number) and -int(number.scaleb(-number.adjusted()).normalize().as_tuple().exponent) > decimals
    percents = sum(text == "%" for _kind, text in section.tokens)
    return -int(number.normalize().as_tuple().exponent) > decimals + 2 * percents


def shows_no_day(code: str) -> bool:
    """Whether a date's format shows its month and year, but neither day nor time."""
    signs = "".join(text for kind, text in _section(code, 1).tokens if kind in ("sign", "place")).lower()
    return "m" in signs and "y" in signs and not set("dhs").intersection(signs)


@lru_cache(maxsize=512)
def _section(code: str, sign: int) -> _Section:
    """The section of a format that a number of this sign is shown in."""
    sections: list[list[Token]] = [[]]
    is_known = True
    for found in _TOKEN.finditer(code):
        kind, text = found.lastgroup or "", found[found.lastgroup or 0]
        if kind == "end":
            sections.append([])
        elif kind == "bracket":
            currency = _LOCALE.fullmatch(text)
            is_known &= bool(currency or _COLOUR.fullmatch(text))
            sections[-1] += [("literal", currency["currency"])] if currency else []
        elif token := _token(kind, text):
            sections[-1].append(token)
    at = 1 if sign < 0 and len(sections) > 1 else 2 if sign == 0 and len(sections) > 2 else 0
    return _Section(tuple(sections[at]), is_known, drops_minus=at == 1)


def _token(kind: str, text: str) -> Token | None:
    if kind in ("quoted", "escaped"):
        return "literal", text
    if kind == "room":
        return "literal", " "
    if kind == "filler":
        return None
    if kind != "sign":
        return kind, text
    if text in _PLACES:
        return "place", text
    return ("literal" if text in _LITERALS or ord(text) > 0x2E80 else "sign"), text


def _rewords(number: Decimal, section: _Section) -> bool:
    """Whether the words of a section make another number of it; of 0 only digits do."""
    before, within, behind = _words(section)
    words = before + within + behind
    if number == 0:
        return any(unicodedata.digit(character, None) is not None for character in words)
    shows_negative = bool(_MINUS.intersection(words)) or _encloses(before, behind)
    return (
        shows_negative != section.drops_minus
        or any(unicodedata.numeric(character, None) is not None for character in words)
        or not _SHARES.isdisjoint(words)
        or not _UNITS.isdisjoint(re.findall(r"[a-z]+", words.lower()))
        or not _SEPARATORS.issuperset(within)
    )


def _words(section: _Section) -> tuple[str, str, str]:
    """The words before the number, between its digits, and behind it."""
    places = [at for at, (kind, text) in enumerate(section.tokens) if kind in ("place", "general") or text == "@"]
    first, last = (places[0], places[-1]) if places else (len(section.tokens), len(section.tokens))
    parts = section.tokens[:first], section.tokens[first:last], section.tokens[last:]
    before, within, behind = ("".join(text for kind, text in part if kind == "literal") for part in parts)
    return before, within, behind


def _encloses(before: str, behind: str) -> bool:
    """Whether parentheses stand around the number, as accountants write what is negative."""
    return not frozenset("(（").isdisjoint(before) and not frozenset(")）").isdisjoint(behind)


def _placed(digits: str, section: _Section) -> dict[int, str]:
    """The digits at their places from the right, what is left over at the first."""
    placed: dict[int, str] = {}
    for at in reversed(section.places):
        fallback = {"0": "0", "?": " "}.get(section.tokens[at][1], "")
        placed[at], digits = (digits[-1], digits[:-1]) if digits else (fallback, "")
    placed[section.places[0]] = digits + placed[section.places[0]]
    return placed


def _joined(section: _Section, placed: dict[int, str]) -> str:
    words = (placed.get(at, text if kind == "literal" else "") for at, (kind, text) in enumerate(section.tokens))
    return "".join(words).strip()


def _decimals(section: _Section) -> int:
    """How many places for digits stand behind the point, and before a power of ten."""
    count, is_behind = 0, False
    for kind, text in section.tokens:
        if kind == "power":
            break
        is_behind |= (kind, text) == ("sign", ".")
        count += is_behind and kind == "place"
    return count


def _scales(section: _Section) -> bool:
    """Whether a comma behind the last place before the point, or behind all, shows thousands."""
    text = "".join(text if kind in ("sign", "place") else "" for kind, text in section.tokens)
    return bool(re.search(r"[0#?],+(\.|[^0#?,]*$)", text))
