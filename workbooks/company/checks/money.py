"""Targets, support bonus weights, fund claims and absences."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from rulebook.month import Month
from rulebook.wording import month_text
from workbooks.company.company import Company
from workbooks.company.entries import Entry, Key
from workbooks.company.whereabouts import Whereabouts
from workbooks.problems import Problems


def check_money(company: Company, whereabouts: Mapping[Key, Whereabouts], problems: Problems) -> None:
    """Check what branches plan, share and spend, and who was away."""
    for name, field in (("targets", "month"), ("weights", "month"), ("claims", "date")):
        for entry in company[name].touched:
            _check_plan(company, problems, entry, field)
    for weight in company["weights"].touched:
        _check_weight(whereabouts, problems, weight)
    _check_absences(company, problems)


def _check_plan(company: Company, problems: Problems, entry: Entry, field: str) -> None:
    if entry.knows(field):
        month = entry[field] if isinstance(entry[field], Month) else Month.of(entry[field])
        if company.plans.at(month) is None:
            entry.refuse(problems, field, _("no plan version is in force in that month"))


def _check_weight(whereabouts: Mapping[Key, Whereabouts], problems: Problems, weight: Entry) -> None:
    if not weight.knows("employee", "month"):
        return
    person = whereabouts[weight["employee"],]
    if person.is_known(weight["month"].last) and not person.is_in_post_within(weight["month"]):
        weight.refuse(problems, "employee", _("not in post in %(month)s") % {"month": month_text(weight["month"])})


def _check_absences(company: Company, problems: Problems) -> None:
    """An absence ends after it starts, and no two of a person share a day."""
    by_person: dict[str, list[Entry]] = defaultdict(list)
    for absence in company["absences"].entries.values():
        if not absence.knows("start", "end"):
            continue
        if absence["end"] < absence["start"]:
            absence.refuse(problems, "end", _("before the start"))
        elif not absence.bad:
            by_person[absence["employee"]].append(absence)
    for absences in by_person.values():
        _refuse_overlaps(problems, absences)


def _refuse_overlaps(problems: Problems, absences: list[Entry]) -> None:
    absences.sort(key=lambda absence: absence["start"])
    last: Entry | None = None
    for absence in absences:
        if last and absence["start"] <= last["end"]:
            culprit, other = (absence, last) if absence.is_touched else (last, absence)
            if culprit.is_touched:
                culprit.refuse(problems, "start", _overlap(other["start"], other["end"]))
        if last is None or absence["end"] > last["end"]:
            last = absence


def _overlap(start: dt.date, end: dt.date) -> str:
    return _("overlaps the absence from %(start)s to %(end)s") % {"start": start, "end": end}
