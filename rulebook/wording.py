"""How amounts, shares and months read in a sentence, in the reader's language."""

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rulebook.month import Month
from rulebook.plan import AttainmentScope, Plan


def amount_text(amount: Decimal | None) -> str:
    """CNY as `12,345.67`; a dash where there is none."""
    return "–" if amount is None else f"{amount:,.2f}"


def column_text(amount: Decimal | None) -> str:
    """CNY in a column that is compared: a dash also for 0, so that what there is stands out. Sums say 0.00."""
    return amount_text(amount or None)


def signed_text(amount: Decimal) -> str:
    """CNY with its sign, also where it is positive."""
    return f"{'+' if amount > 0 else ''}{amount_text(amount)}"


def difference_text(amount: Decimal) -> str:
    """A difference (CNY) with its sign; a dash for none."""
    return signed_text(amount) if amount else "–"


def sentences_text(sentences: Iterable[str]) -> str:
    """Sentences one after another; Chinese sets no space between them."""
    return ("" if (get_language() or "").startswith("zh") else " ").join(sentences)


def share_text(share: Decimal) -> str:
    """A share as per cent, exact and without idle zeros: `13.5%`."""
    return f"{(share * 100).normalize():f}%"


def part_text(share: Decimal | Fraction) -> str:
    """A part of a whole as per cent, rounded half up to two decimals, without idle zeros: `31.25%`, `27.27%`."""
    return f"{number_text(Decimal(math.floor(Fraction(share) * 10_000 + Fraction(1, 2))) / 100)}%"


def number_text(number: Decimal) -> str:
    """A number without idle zeros: `21.75`, `15`."""
    return f"{number.normalize():f}"


def attainment_text(sales: Decimal, target: Decimal) -> str:
    """Sales / target as per cent with two decimals, rounded down, so that it never claims an edge not reached."""
    hundredths = int(sales * 10_000 // target)
    return f"{Decimal(hundredths) / 100:.2f}%"


def month_text(month: Month) -> str:
    """A month as `2011年4月`, or `April 2011`."""
    return date_format(month.first, "YEAR_MONTH_FORMAT")


def product_text(base: Decimal, rate: Decimal, result: Decimal) -> str:
    """`base × rate = result`, with ≈ where the result was rounded to the fen."""
    sign = "=" if base * rate == result else "≈"
    return f"{amount_text(base)} × {share_text(rate)} {sign} {amount_text(result)}"


def quotient_text(whole: Decimal, part: Decimal, total: Decimal, result: Decimal) -> str:
    """`whole × part / total = result`, with ≈ where the result was rounded to the fen."""
    sign = "=" if whole * part == result * total else "≈"
    return f"{amount_text(whole)} × {number_text(part)} / {number_text(total)} {sign} {amount_text(result)}"


def attainment_sentence(scope: AttainmentScope, sales: Decimal, target: Decimal) -> str:
    """Whose attainment sets a rate, and how it comes about."""
    if target <= 0:
        return _("there is no target")
    facts = {
        "attainment": attainment_text(sales, target),
        "sales": amount_text(sales),
        "target": amount_text(target),
    }
    if scope is AttainmentScope.COMPANY:
        return _("attainment of the company %(attainment)s (%(sales)s of %(target)s)") % facts
    return _("attainment of the branch %(attainment)s (%(sales)s of %(target)s)") % facts


def plan_clause(plan: Plan) -> str:
    """The end of a sentence that names the plan version an amount was computed with."""
    return _("; plan %(version)s") % {"version": plan.version}
