"""Saving the weights of a branch's support staff, all at once."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from access.accounts.second_person import is_unknown_person, unknown_person
from access.actor import Actor
from access.history.acting import action
from access.history.meanwhile import last_saved
from access.refusals import Refused
from compensation.actions import save_support_weights
from compensation.models import SupportWeight
from monthend.approval.selectors import read_in_charge
from monthend.weights.selectors import WeightTable, read_table
from periods.selectors import is_locked
from rulebook.month import Month
from rulebook.wording import month_text
from staff.models import Branch


class WeightsRefused(Refused):
    """The weights are not saved; `reason` says why."""


@dataclass(frozen=True, slots=True)
class WeightTerms:
    """A weight and the reason for it."""

    weight: Decimal
    reason: str = ""


@action
def save_weights(
    month: Month, branch: Branch, given: Mapping[int, WeightTerms], *, shown: str, today: dt.date, by: Actor
) -> WeightTable:
    """Write a branch's weights of a month (by employee id) by who gives them; all that are theirs, or none.

    `shown` is the digest of the table that they were typed into. Raises WeightsRefused when somebody saved meanwhile,
    for who doesn't give a weight that is among them, for a log-in that is nobody's, and once the month is locked.
    """
    if by.user is not None and is_unknown_person(by.user):
        raise WeightsRefused(unknown_person())
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    if is_locked(month):
        raise WeightsRefused(_("%(month)s is locked: its weights stand.") % {"month": month_text(month)})
    table = read_table(month, branch, read_in_charge(today))
    if table.digest != shown:
        raise _saved_meanwhile(table)
    lines = {line.person.pk: line for line in table.lines}
    for person in given:
        line = lines.get(person)
        if line is None or by.user is None or not line.may_give(by.user):
            raise WeightsRefused(_("A weight among them is not yours to give: nobody gives their own."))
    new, changed = [], []
    for person, one in given.items():
        row = lines[person].saved
        if row is None:
            new.append(SupportWeight(month=month, employee_id=person, weight=one.weight, reason=one.reason))
        elif (row.weight, row.reason) != (one.weight, one.reason):
            row.weight, row.reason = one.weight, one.reason
            changed.append(row)
    try:
        with transaction.atomic():
            save_support_weights(new=new, changed=changed, fields=["weight", "reason"], by=by)
    except IntegrityError as error:
        raise _saved_meanwhile(table) from error
    return table


def _saved_meanwhile(table: WeightTable) -> WeightsRefused:
    people = [line.person.pk for line in table.lines]
    rows = SupportWeight.objects.filter(month=table.month, employee__in=people)
    gone = Q(before__month=table.month.first.isoformat(), before__employee_id__in=people)
    words = _(
        "%(who)s saved weights at %(moment)s, after this page was opened: what is saved stands beside the fields; look,"
        " then save again."
    )
    return WeightsRefused(words % last_saved((rows, gone)))
