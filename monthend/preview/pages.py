"""The pages of previews, as values: what is supposed, and what would come of it, side by side."""

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Fact, Record, Row, Table, Tone
from compensation.models import Payslip
from monthend.preview.models import Preview, PreviewLine
from monthend.preview.summary import people_of, summary_of
from monthend.preview.tables import ResultTables, amounts_of, names_of_ranks, pair, sides
from monthend.preview.wording import headline, supposed_text
from periods.pages import facts_of
from rulebook.cells import NOTHING, amount, difference, fact, headings, month, numeric, text
from rulebook.changes import plan_changes
from rulebook.selectors import NoPlanInForce, plan_version_at
from rulebook.wording import month_text
from staff.models import Branch

MOST_PEOPLE = 50
MOST_PROBLEMS = 20
_TONES = {
    Preview.State.WAITING: Tone.ATTENTION,
    Preview.State.RUNNING: Tone.ATTENTION,
    Preview.State.DONE: Tone.DONE,
    Preview.State.FAILED: Tone.BLOCKS,
}


def preview_record(preview: Preview, viewer: User) -> Record:
    """A preview's page: what is supposed and, once it is computed, what would come of it."""
    title = f"{_('preview')} · {preview.months_text}"
    state = Cell(preview.get_state_display(), tone=_TONES[Preview.State(preview.state)])
    facts = [fact(_("supposed"), text(supposed_text(preview))), *facts_of(preview, viewer, ["asked_by", "asked_at"])]
    if preview.state != Preview.State.DONE:
        return Record(title, state=state, sentences=_progress(preview), facts=facts, tables=changes_supposed(preview))
    summary = summary_of(preview)
    return Record(
        title,
        state=state,
        figure=Fact(_("difference in gross pay"), difference(summary.amounts["gross"].difference)),
        sentences=[headline(preview, summary), *_basis(preview)],
        facts=[*facts, *facts_of(preview, viewer, ["done_at", "seconds"])],
        tables=[
            *_left_out(preview),
            *changes_supposed(preview),
            *ResultTables(preview, viewer, summary).all(people_of(preview, MOST_PEOPLE)),
        ],
    )


def line_record(line: PreviewLine, viewer: User) -> Record:
    """A person's month: each amount as it is, beside the one supposed."""
    preview = line.preview
    slip = Payslip.objects.filter(month=line.month, employee=line.employee_id).first()
    links = Links(viewer, [slip, line.employee, preview])
    return Record(
        title=f"{line.employee} · {month_text(line.month)}",
        subtitle=_("preview"),
        figure=Fact(_("difference in gross pay"), difference(line.difference)),
        facts=[
            fact(_("preview"), text(supposed_text(preview), links.to(preview))),
            fact(_("employee"), text(line.employee, links.to(line.employee))),
            fact(_("official payslip"), month(slip.month if slip else None, links.to(slip))),
        ],
        tables=[_ranks(line), _amounts(line)],
    )


def _ranks(line: PreviewLine) -> Table:
    names = names_of_ranks(line.preview)
    codes = (
        (_("rank"), line.rank_as_is, line.rank_supposed),
        (_("rank next month"), line.next_rank_as_is, line.next_rank_supposed),
    )
    rows = [Row([Cell(label), *(Cell(names.get(code, code) or NOTHING) for code in sides)]) for label, *sides in codes]
    return Table(_("ranks"), headings("", _("as it is"), _("supposed")), rows)


def _amounts(line: PreviewLine) -> Table:
    rows = [Row([Cell(label), *pair(amounts)]) for label, amounts in amounts_of(line)]
    return Table(_("amounts"), [*headings(""), *sides()], rows)


def _progress(preview: Preview) -> list[str]:
    """What a preview without a result waits for, or why it has none."""
    match preview.state:
        case Preview.State.FAILED:
            return [_("It could not be computed: %(failure)s") % {"failure": preview.failure}]
        case Preview.State.RUNNING if preview.started_at:
            seconds = int((timezone.now() - preview.started_at).total_seconds())
            doing = _("Being computed for %(seconds)d seconds.") % {"seconds": seconds}
        case _:
            before = Preview.objects.filter(state__in=Preview.OPEN, asked_at__lt=preview.asked_at).count()
            doing = (
                _("Waiting; before it %(count)d others.") % {"count": before} if before else _("Waiting for a worker.")
            )
    return [doing, _("You may leave this page: the result will stand here. Nothing official is written.")]


def _basis(preview: Preview) -> list[str]:
    """With what it is compared, where that is no official result."""
    if preview.computed_from is None:
        return []
    facts = {"month": month_text(preview.computed_from)}
    return [_("From %(month)s on there is no official result: as it is means computed as things stand.") % facts]


def _left_out(preview: Preview) -> list[Table]:
    """Whom and what the supposed months leave out; nothing if nobody."""
    shown = preview.problems[:MOST_PROBLEMS]
    rows = [Row([Cell(problem, tone=Tone.ATTENTION)]) for problem in shown]
    if hidden := len(preview.problems) - len(shown):
        rows.append(Row([Cell(_("and %(count)d more, all in the workbook") % {"count": hidden})]))
    return [Table(_("left out"), headings(_("why")), rows)] if rows else []


def changes_supposed(preview: Preview) -> list[Table]:
    """What differs from the plan and the targets in force."""
    tables = []
    plan = preview.supposed_plan
    if plan is not None:
        try:
            in_force = plan_version_at(preview.first_month)
        except NoPlanInForce:
            return []
        tables.append(plan_changes(in_force, plan, empty=_("It equals the plan in force.")))
    if preview.targets:
        branches = Branch.objects.filter(code__in=preview.targets)
        supposed = preview.supposed_targets()
        rows = [Row([Cell(branch.name), amount(supposed[branch.pk])]) for branch in branches]
        tables.append(Table(_("other targets"), headings(_("branch"), numeric(_("target a month"))), rows))
    return tables
