"""What a person's time line tells of pay: each month with its result, and what corrections moved afterwards."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from access.pages.links import address
from access.pages.records import Cell, Tone
from compensation.explain import explain_adjustment
from compensation.models import Adjustment, Payslip
from compensation.selectors import with_cause
from rulebook.wording import amount_text, month_text
from staff.timeline import Moment, MomentKind, Subject, tells_of_people


@tells_of_people
def months(subject: Subject) -> Iterator[Moment]:
    """Each month that was computed: the rank, the sales, what was paid, and what it meant for the rank."""
    assessments = {row.month: row for row in subject.assessments}
    for slip in subject.reached(Payslip):
        row = assessments.get(slip.month)
        yield Moment(
            slip.month.last,
            month_text(slip.month),
            MomentKind.MONTH,
            Cell(_month_words(slip), address(slip)),
            because=subject.explain(row) if row else "",
            figure=_("gross pay %(amount)s") % {"amount": amount_text(slip.gross)},
            state=Cell(_("threshold wage"), tone=Tone.ATTENTION) if slip.on_threshold_wage else None,
        )


def _month_words(slip: Payslip) -> str:
    if not slip.rank_name:
        return f"{slip.branch_name} · {slip.department_name}"
    return _("%(rank)s · sales %(sales)s") % {"rank": slip.rank_name, "sales": amount_text(slip.sales)}


@tells_of_people
def corrections(subject: Subject) -> Iterator[Moment]:
    """What corrections of locked months moved, with their reasons; they stand in the month they are posted in."""
    for row in with_cause(subject.reached(Adjustment)):
        yield Moment(
            row.month.last,
            month_text(row.month),
            MomentKind.CORRECTION,
            Cell(f"{row.correction.number} · {row.correction.get_kind_display()}", address(row)),
            because=explain_adjustment(row),
            figure=amount_text(row.amount),
        )
