"""The pages of parallel runs, as values: who is paid otherwise than before, and why."""

from decimal import Decimal

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Fact, Record, Row, Table, Tone
from compensation.pages import payslip_record
from periods.pages import facts_of
from rulebook.cells import NOTHING, amount, difference, fact, headings, number, numeric, text
from rulebook.wording import month_text
from workbooks.parallel.models import ParallelLine, ParallelRun
from workbooks.parallel.selectors import Compared, compare, compare_one, part_label

MOST_PEOPLE = 100


def run_record(run: ParallelRun, viewer: User) -> Record:
    """The comparison: how many are paid the same, and who is not."""
    comparison = compare(run)
    differing = comparison.differing
    old, ours = comparison.total("line"), comparison.total("slip")
    count = len(comparison.people) - len(differing)
    state = Cell(_("all the same"), tone=Tone.DONE) if not differing else Cell(_("differs"), tone=Tone.ATTENTION)
    return Record(
        title=f"{_('parallel run')} · {month_text(run.month)}",
        subtitle=run.file_name,
        state=state,
        figure=Fact(_("difference in gross pay"), difference(ours - old)),
        sentences=[
            _("%(alike)d of %(people)d people are paid the same; %(differing)d differ.")
            % {"alike": count, "people": len(comparison.people), "differing": len(differing)},
            _("Nothing official is written; the page follows the month's result as it stands now."),
        ],
        facts=[
            fact(_("old payroll"), amount(old)),
            fact(_("computed here"), amount(ours)),
            fact(_("people who differ"), number(len(differing))),
            *facts_of(run, viewer, ["uploaded_by", "uploaded_at"]),
        ],
        tables=[_people(differing, viewer)],
    )


def _people(differing: list[Compared], viewer: User) -> Table:
    shown = differing[:MOST_PEOPLE]
    links = Links(viewer, [person.line or person.slip for person in shown])
    rows = [
        Row(
            [
                text(_called(person), links.to(person.line or person.slip)),
                amount(person.line.gross if person.line else None),
                amount(person.slip.gross if person.slip else None),
                difference(person.difference),
            ],
            sentence=person.reason,
        )
        for person in shown
    ]
    hidden = len(differing) - len(shown)
    return Table(
        _("people who differ"),
        headings(_("employee"), numeric(_("old payroll")), numeric(_("computed here")), numeric(_("difference"))),
        rows,
        empty=_("Everybody is paid the same."),
        anchor="people",
        more=Cell(_("and %(count)d more, all in the workbook") % {"count": hidden}) if hidden else None,
    )


def _called(person: Compared) -> str:
    return f"{person.name} ({person.number})" if person.name else person.number


def line_record(line: ParallelLine, viewer: User) -> Record:
    """One person: the parts side by side, and how each of ours came about."""
    person = compare_one(line)
    links = Links(viewer, [line.run, line.employee, person.slip])
    rows = [
        Row([Cell(part_label(part)), amount(old), amount(ours), _difference(old, ours)])
        for part, old, ours in person.parts
    ]
    slip = text(_("payslip"), links.to(person.slip)) if person.slip else Cell(NOTHING)
    parts = Table(
        _("side by side"),
        headings("", numeric(_("old payroll")), numeric(_("computed here")), numeric(_("difference"))),
        rows,
    )
    return Record(
        title=f"{person.name or line.number} · {month_text(line.run.month)}",
        subtitle=_("parallel run"),
        state=Cell(_("the same"), tone=Tone.DONE) if person.is_alike else Cell(_("differs"), tone=Tone.ATTENTION),
        figure=Fact(_("difference in gross pay"), difference(person.difference)),
        sentences=[person.reason],
        facts=[
            fact(_("parallel run"), text(line.run, links.to(line.run))),
            fact(_("employee"), text(line.employee or line.number, links.to(line.employee))),
            fact(_("payslip"), slip),
        ],
        tables=[parts, *(payslip_record(person.slip, viewer).tables if person.slip else [])],
    )


def _difference(old: Decimal | None, ours: Decimal | None) -> Cell:
    return Cell(NOTHING, is_number=True) if old is None or ours is None else difference(ours - old)
