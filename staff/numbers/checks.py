"""Numbers of people's documents, accounts and telephones: what can be told wrong by the number alone. Pure.

A number that can't be checked is taken. A passbook's or a company's account has no check digit that all banks share, so
only cards are held to theirs.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ID_LENGTH, OLD_ID_LENGTH = 18, 15
SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 8, 32
SHORTEST_CARD, LONGEST_CARD = 16, 19
FIRST_YEAR = 1900
BETWEEN_PHONES = re.compile(r"[/|,;、。\n\r\t]|和|或")
"""What stands between several telephones in one field."""

_WEIGHTS = tuple(2 ** (ID_LENGTH - place) % 11 for place in range(1, ID_LENGTH))
_CHECK_DIGITS = "10X98765432"
_BETWEEN = re.compile(r"[^0-9A-Za-z]+")
_ID = re.compile(r"\d{17}[\dX]")
_OLD_ID = re.compile(r"\d{15}")
_LIKELY_PASSPORT = re.compile(r"(?=.*[A-Z])(?=(?:.*\d){5})[A-Z0-9]{6,9}|\d{9}")
_MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:(?:\+?86|0086)[1-9]\d{1,2}|0[1-9]\d{1,2})[2-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}")
_FOREIGN = re.compile(r"(?:\+|00)(?!86)[1-9]\d{6,14}")
_EXTENSION = re.compile(r"(?:转|ext\.?|[xX#*]).*$", re.IGNORECASE)


class Document(models.TextChoices):
    """A kind of document whose number stands for a person."""

    ID_CARD = "id_card", gettext_lazy("identity card")
    HONG_KONG_MACAO = "hong_kong_macao", gettext_lazy("permit of Hong Kong and Macao residents")
    TAIWAN = "taiwan", gettext_lazy("permit of Taiwan residents")
    RESIDENCE = "residence", gettext_lazy("foreigner's permanent residence card")
    PASSPORT = "passport", gettext_lazy("passport")


_FORMS = {
    Document.HONG_KONG_MACAO: re.compile(r"[HM]\d{8}(\d{2})?"),
    Document.TAIWAN: re.compile(r"\d{8}|\d{10}[A-Z]?"),  # now, and before 2015
    Document.RESIDENCE: re.compile(r"[A-Z]{3}\d{12}"),  # before 2023; since then as an identity card's
    Document.PASSPORT: re.compile(r"(?=.*\d)[A-Z0-9]{5,12}"),  # each country has its own; none is as long as a card's
}


def plain_number(number: str) -> str:
    """A number in half width and capitals, without blanks and dashes, as it is told apart from others."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", number)).upper()


def plain_id_number(number: str) -> str:
    """An ID number as it is told apart: the 15 digits of before as the 18 that they became (GB 11643)."""
    plain = plain_number(number)
    if not _OLD_ID.fullmatch(plain):
        return plain
    long = f"{plain[:6]}19{plain[6:]}"
    return long + _check_digit(long)


def document_of(number: str) -> Document:
    """The kind of document that a number which stands there is most likely of, by its form."""
    plain = plain_number(number)
    likely = (kind for kind, form in _FORMS.items() if form.fullmatch(plain))
    return next(likely, Document.ID_CARD)


def why_no_number_of(kind: Document, number: str, today: dt.date) -> str | None:
    """What is wrong with the number of a document of this kind; None where nothing can be told to be."""
    plain = plain_number(number)
    if kind is Document.ID_CARD or (kind is Document.RESIDENCE and _ID.fullmatch(plain)):
        wrong = _why_no_id_card(plain, today)
        other = document_of(plain)
        if wrong is None or other is Document.ID_CARD:
            return wrong
        text = _("no identity card's number: if it is that of another document, such as a %(kind)s, choose its kind")
        return text % {"kind": other.label}
    if _FORMS[kind].fullmatch(plain):
        return None
    return _("no number of this kind: %(kind)s") % {"kind": kind.label}


def why_no_id_number(number: str, today: dt.date) -> str | None:
    """What is wrong with a number whose kind of document nobody says; None where nothing can be told to be.

    One with letters tells its kind by its form. One of digits alone may be an ID number that lacks some.
    """
    plain = plain_number(number)
    wrong = _why_no_id_card(plain, today)
    forms = (_FORMS[Document.HONG_KONG_MACAO], _FORMS[Document.TAIWAN], _FORMS[Document.RESIDENCE], _LIKELY_PASSPORT)
    if wrong is None or not any(form.fullmatch(plain) for form in forms):
        return wrong
    return _("%(wrong)s; right if it is a permit's or a passport's") % {"wrong": wrong} if plain.isdecimal() else None


def _why_no_id_card(plain: str, today: dt.date) -> str | None:
    if _ID.fullmatch(plain):
        if not _is_birthday(plain[6:14], today):
            return _("there is no such day of birth in it")
        return None if _check_digit(plain) == plain[-1] else _("its last digit doesn't fit the others")
    if _OLD_ID.fullmatch(plain):
        return None if _is_birthday(f"19{plain[6:12]}", today) else _("there is no such day of birth in it")
    if plain.isdecimal() or plain[:-1].isdecimal():
        return _("an ID number has 18 characters, before 15: this one has %(count)d") % {"count": len(plain)}
    return _("neither an ID number nor that of a permit or passport")


def why_no_card(number: str) -> str | None:
    """What is wrong with the number of a bank card; None where nothing is."""
    plain = plain_number(number)
    if not plain.isdecimal() or not SHORTEST_CARD <= len(plain) <= LONGEST_CARD:
        facts = {"least": SHORTEST_CARD, "most": LONGEST_CARD}
        return _("a card's number has %(least)d to %(most)d digits") % facts
    return None if _luhn(plain) else _("its last digit doesn't fit the others")


def why_no_account(number: str) -> str | None:
    """What is wrong with the number of an account that is no card; None where nothing can be told to be."""
    plain = plain_number(number)
    if plain.isdecimal() and SHORTEST_ACCOUNT <= len(plain) <= LONGEST_ACCOUNT:
        return None
    facts = {"least": SHORTEST_ACCOUNT, "most": LONGEST_ACCOUNT}
    return _("an account's number has %(least)d to %(most)d digits") % facts


def why_no_phone(phone: str) -> str | None:
    """What is wrong with a telephone, or the first wrong one of several in a field; None where nothing is."""
    for number in _phones(phone):
        if not any(kind.fullmatch(number) for kind in (_MOBILE, _LANDLINE, _SERVICE, _FOREIGN)):
            return _("no telephone: 11 digits of a mobile, a landline with its area code, or + and the country's code")
    return None


def _phones(phone: str) -> Iterator[str]:
    for part in BETWEEN_PHONES.split(unicodedata.normalize("NFKC", phone)):
        number = re.sub(r"[\s()\-–—.]", "", _EXTENSION.sub("", part))
        if number or part.strip():
            yield number


def _check_digit(number: str) -> str:
    """The 18th character that goes with the first 17 (GB 11643)."""
    return _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11]


def _is_birthday(digits: str, today: dt.date) -> bool:
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return day.year >= FIRST_YEAR and day <= today


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
