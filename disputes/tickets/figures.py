"""The page of figures of disputes over a period, each figure a door to the list of those that it counts."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from access.models import User
from access.pages.links import Links, listed
from access.pages.records import Cell, Heading, Row, Table
from disputes.clock.filters import DUE, OVERRUN
from disputes.models import OPEN, Dispute
from disputes.tickets.selectors_figures import Tally, counted, tallies, tally
from rulebook.cells import NOTHING, number, numeric, text
from rulebook.wording import number_text, share_text
from staff.models import Branch

State, Kind = Dispute.State, Dispute.Kind
DATE = forms.DateInput(attrs={"type": "date"})


class PeriodForm(forms.Form):
    """The days between which disputes were raised, both included."""

    first = forms.DateField(label=gettext_lazy("raised from"), widget=DATE)
    last = forms.DateField(label=gettext_lazy("raised until"), widget=DATE)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "first" in values and "last" in values and values["first"] > values["last"]:
            raise ValidationError({"last": _("The last day lies before the first.")})
        return values


def usual_period(today: dt.date) -> dict[str, dt.date]:
    """What is shown at first: this year, so far."""
    return {"first": dt.date(today.year, 1, 1), "last": today}


def figures(viewer: User, first: dt.date, last: dt.date, today: dt.date) -> list[Table]:
    """The disputes within reach that were raised in a period, by branch and by kind."""
    rows = counted(viewer, first, last, today)
    if not rows:
        empty = _("No dispute that you may see was raised in this period.")
        return [Table(_("By branch"), [], [], empty=empty)]
    period = {"raised_on__gte": first, "raised_on__lte": last}
    by_branch = tallies(rows, lambda one: one.branch)
    branches = Branch.objects.in_bulk([key for key in by_branch if key is not None])
    links = Links(viewer, branches.values())
    by_kind = tallies(rows, lambda one: one.kind)
    note = _(
        "Working days are counted as the term is, without pauses (3-2.3). Late are those that took longer or are past"
        " their day; their share is of those that ended or are late."
    )
    return [
        Table(
            _("By branch"),
            _headings(_("branch of the contract")),
            [
                *(
                    _row(text(branch, links.to(branch)), by_branch[key], period | {"contract__branch__id__exact": key})
                    for key, branch in sorted(branches.items(), key=lambda one: one[1].code)
                ),
                *(
                    _row(text(_("about no contract")), by_branch[key], period | {"contract__isnull": True})
                    for key in by_branch
                    if key is None
                ),
            ],
            total=_row(text(_("total")), tally(rows), period),
            note=note,
            anchor="by-branch",
        ),
        Table(
            _("By kind"),
            _headings(_("kind")),
            [
                _row(text(kind.label), by_kind[kind], period | {"kind__exact": kind.value})
                for kind in Kind
                if kind in by_kind
            ],
            anchor="by-kind",
        ),
    ]


def _headings(first: str) -> list[Heading]:
    ends = [Heading(str(state.label), is_number=True) for state in State if state not in OPEN]
    return [
        Heading(first),
        numeric(pgettext("disputes counted", "raised")),
        numeric(pgettext("dispute", "open")),
        *ends,
        numeric(_("working days on average")),
        numeric(_("late")),
        numeric(_("share late")),
    ]


def _row(name: Cell, told: Tally, which: Mapping[str, object]) -> Row:
    """A group's figures, each leading to the list of what it counts."""
    still_open = sum(told.states[state] for state in OPEN)
    return Row(
        [
            name,
            _count(told.count, which),
            _count(still_open, which, state__in=",".join(OPEN)),
            *(_count(told.states[state], which, state__exact=state.value) for state in State if state not in OPEN),
            Cell(NOTHING if told.days is None else number_text(Decimal(f"{told.days:.1f}")), is_number=True),
            _count(told.late, which, **{DUE: OVERRUN}),
            Cell(NOTHING if told.late_share is None else share_text(Decimal(f"{told.late_share:.3f}")), is_number=True),
        ]
    )


def _count(count: int, which: Mapping[str, object], **also: object) -> Cell:
    return number(count, listed(Dispute, **{**which, **also}) if count else "")
