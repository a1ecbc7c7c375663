"""Nothing that the file adds or changes may touch a locked month; late cash counts in the open one."""

import datetime as dt

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from compensation.models import Correction
from rulebook.month import Month
from rulebook.wording import month_text
from staff.models import Post
from workbooks.company.company import Company
from workbooks.company.entries import Entry, RowEffect
from workbooks.company.layout import SHEETS
from workbooks.problems import Problems

DATED_BY = {"employees": "hired_on"} | {
    sheet.name: sheet.counts_in for sheet in SHEETS if sheet.counts_in in sheet.by_field and sheet.name != "absences"
}


def check_locked_months(company: Company, problems: Problems) -> None:
    """Refuse rows that would add to a locked month, or change what counted in one; mere descriptions may change."""
    if company.last_locked is None:
        return
    for name, field in DATED_BY.items():
        for entry in company[name].touched:
            _check_dated(company, problems, entry, field)
    for entry in company["receipts"].touched:
        _check_receipt(company, problems, entry)
    for entry in company["absences"].touched:
        _check_absence(company, problems, entry)
    for entry in company["opening_states"].touched:
        reason = _("opening states must come before the first month is locked")
        entry.refuse(problems, "employee", reason)
    _check_departments(company, problems)


def _check_dated(company: Company, problems: Problems, entry: Entry, field: str) -> None:
    if entry.change is RowEffect.ADDED:
        if entry.knows(field) and company.is_locked(entry[field]):
            entry.refuse(problems, field, _locked(entry[field]))
        return
    changed = entry.computed_from
    days = [entry.record.values[field] if entry.record else None]
    days += [entry[field]] if entry.knows(field) else []
    locked = [day for day in days if day is not None and company.is_locked(day)]
    if changed and locked:
        entry.refuse(problems, changed[0], _locked(locked[0]))


def _check_receipt(company: Company, problems: Problems, receipt: Entry) -> None:
    """What counts in a locked month stands; what comes late, new or with a date put right, counts in the open month."""
    posted_in = receipt.record.values["posted_in"] if receipt.record else None
    changed = receipt.computed_from
    if posted_in is not None and company.is_locked(posted_in):
        if changed:
            reason = _("it counts in %(month)s, which is locked: make a correction of it")
            asked = urlencode({"kind": Correction.Kind.AMOUNT.value, "receipt": receipt.key[0]})
            receipt.refuse(problems, changed[0], reason % {"month": month_text(posted_in)}, correction=asked)
    elif receipt.knows("received_on") and company.is_locked(receipt["received_on"]):
        day = receipt["received_on"]
        facts = {"month": month_text(Month.of(day)), "open": month_text(company.posting_month(day))}
        text = _("%(month)s is locked: it counts in %(open)s")
        problems.warn(receipt.problem("received_on", text % facts))


def _check_absence(company: Company, problems: Problems, entry: Entry) -> None:
    """Days of absence that are added, taken away or named otherwise; months are locked in order, so the first tells."""
    if not entry.knows("start", "end", "kind"):
        return
    first = entry["start"]
    if entry.record and entry.changed == {"end"}:
        first = min(entry.record.values["end"], entry["end"]) + dt.timedelta(days=1)
    if company.is_locked(first):
        entry.refuse(problems, "start" if entry.record is None else entry.computed_from[-1], _locked(first))


def _check_departments(company: Company, problems: Problems) -> None:
    """A department in which somebody was in a locked month stays in its branch and system."""
    touched = company["departments"].touched
    moved = [entry for entry in touched if entry.change is RowEffect.CHANGED and entry.computed_from]
    if not moved or company.last_locked is None:
        return
    used = set(
        Post.objects.filter(
            department__code__in=[entry.key[0] for entry in moved], start__lte=company.last_locked.last
        ).values_list("department__code", flat=True)
    )
    for entry in moved:
        if entry.key[0] in used:
            entry.refuse(problems, entry.computed_from[0], _locked(company.last_locked))


def _locked(day: dt.date | Month) -> str:
    month = day if isinstance(day, Month) else Month.of(day)
    return _("%(month)s is locked") % {"month": month_text(month)}
