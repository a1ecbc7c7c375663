"""How amounts, rates and months are written on the portal's pages."""

from decimal import Decimal

from django import template
from django.utils.translation import get_language

from compensation.models import Payslip
from portal.standing import Term
from rulebook.law.selectors import the_law
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import amount_text, month_text, share_text

register = template.Library()


@register.filter
def money(amount: Decimal | None) -> str:
    """CNY as `12,345.67`."""
    return amount_text(amount)


@register.filter
def addend(amount: Decimal) -> str:
    """CNY as the term of a sum: `+12,345.67`, `-300.00`."""
    return f"+{amount_text(amount)}" if amount >= 0 else amount_text(amount)


@register.filter
def rate(share: Decimal) -> str:
    """A share as per cent."""
    return share_text(share)


@register.filter
def month_name(month: Month) -> str:
    """A month as `2011年9月`."""
    return month_text(month)


@register.filter
def bar(amount: Decimal) -> str:
    """An amount as a progress bar's value: not below 0, in plain digits whatever the language."""
    return f"{max(amount, ZERO):f}"


@register.filter
def term_name(term: Term) -> str:
    """A term of the payslip's sum, by the word that the payslip has for it."""
    return next(str(field.verbose_name) for field in Payslip._meta.fields if field.name == term.value)


@register.inclusion_tag("portal/article.html")
def article(number: str, *, is_open: bool = False) -> dict[str, object]:
    """An article of the law: its own words and how we read them, in the reader's language."""
    entry = next(entry for entry in the_law().articles if entry.number == number)
    reading = entry.reading.en if get_language() == "en" else entry.reading.zh
    return {"number": number, "words": entry.words, "reading": reading, "is_open": is_open}
