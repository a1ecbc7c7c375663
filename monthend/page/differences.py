"""Whose pay differs most from the month before, and by what."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Max, Q, Sum, Value
from django.db.models.functions import Abs, Coalesce
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Heading, Row, Table, Tone
from compensation.models import Payslip
from monthend.page.figures import of_branches
from rulebook.cells import amount, headings, numeric, text
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import amount_text, month_text

MOST = 10
_PARTS = ("base_pay", "support_bonus", "gross")
_NOTHING = Value(ZERO, DecimalField())


def largest_differences(month: Month, viewer: User, *, has_before: bool) -> Table:
    """The ten people whose gross pay differs most from the month before, who came and who left among them."""
    rows = _rows(month, viewer) if has_before else []
    slips = [(_slip(row, "slip", month), _slip(row, "slip_before", month - 1)) for row in rows]
    links = Links(viewer, reached=[slip for both in slips for slip in both if slip])
    return Table(
        _("largest differences from the month before"),
        headings(
            _("employee"), Heading(_("branch"), is_minor=True), numeric(month_text(month - 1)),
            numeric(month_text(month)), numeric(_("difference")), _("mostly by"),
        ),
        [_row(row, *(links.to(slip) if slip else "" for slip in both)) for row, both in zip(rows, slips, strict=True)],
        anchor="differences",
        empty=_nothing_differs(month, has_before=has_before),
    )  # fmt: skip


def _nothing_differs(month: Month, *, has_before: bool) -> str:
    if has_before:
        return _("Everybody is paid as in the month before.")
    return _("%(month)s has no payslips to compare with.") % {"month": month_text(month - 1)}


def _rows(month: Month, viewer: User) -> list[Mapping[str, Any]]:
    here, before = Q(month=month), Q(month=month - 1)
    slips = of_branches(viewer, Payslip.objects.filter(month__in=(month - 1, month))).order_by()
    people = slips.values("employee", "employee__name", "employee__number").annotate(
        slip=Max("pk", filter=here),
        slip_before=Max("pk", filter=before),
        branches=Max("branch_name", filter=here),
        branches_before=Max("branch_name", filter=before),
        **{f"{part}_now": Coalesce(Sum(part, filter=here), _NOTHING) for part in _PARTS},
        **{f"{part}_before": Coalesce(Sum(part, filter=before), _NOTHING) for part in _PARTS},
        difference=F("gross_now") - F("gross_before"),
    )
    changed = people.exclude(difference=0).order_by(Abs("difference").desc(), "employee__number")
    return list(changed[:MOST])


def _slip(row: Mapping[str, Any], name: str, month: Month) -> Payslip | None:
    """The payslip of a row, with as much of it as its address tells."""
    return Payslip(pk=row[name], month=month, employee_id=row["employee"]) if row[name] else None


def _row(row: Mapping[str, Any], here: str, before: str) -> Row:
    difference: Decimal = row["difference"]
    return Row(
        [
            text(f"{row['employee__name']} ({row['employee__number']})", here or before),
            text(row["branches"] or row["branches_before"]),
            amount(row["gross_before"] if row["slip_before"] else None, before),
            amount(row["gross_now"] if row["slip"] else None, here),
            Cell(f"{'↑' if difference > 0 else '↓'} {amount_text(abs(difference))}", is_number=True),
            _why(row),
        ]
    )


def _why(row: Mapping[str, Any]) -> Cell:
    """Who is new or gone; else the part of the pay that changed most."""
    if not row["slip_before"]:
        return Cell(_("new this month"), tone=Tone.PLAIN)
    if not row["slip"]:
        return Cell(_("not paid any more"), tone=Tone.ATTENTION)
    base_pay = row["base_pay_now"] - row["base_pay_before"]
    bonus = row["support_bonus_now"] - row["support_bonus_before"]
    parts = {
        _("base pay"): base_pay,
        _("commission"): row["difference"] - base_pay - bonus,
        _("support bonus"): bonus,
    }
    name, change = max(parts.items(), key=lambda part: abs(part[1]))
    return Cell(f"{name} {'+' if change > 0 else ''}{amount_text(change)}")
