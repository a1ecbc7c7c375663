"""The page of a run, as values."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.models import User
from access.pages.records import Cell, Record, Tone
from access.reach import within_reach
from monthend.models import MonthRun, MonthStep, MonthVerification
from periods.pages import facts_of, table_of
from rulebook.cells import month


def run_record(run: MonthRun, viewer: User) -> Record:
    """A run with its steps; without a user it was done at the server's console."""
    steps = within_reach(viewer, MonthStep.objects.filter(run=run)).select_related("branch").order_by("position")
    return Record(
        title=f"{month(run.month).text} · {_('month run')}",
        state=Cell(run.get_state_display(), tone=Tone.DONE if run.state == MonthRun.State.LOCKED else Tone.PLAIN),
        sentences=[] if run.started_by else [_("Done at the server's console, without an account.")],
        facts=facts_of(
            run, viewer, ["started_at", "started_by", "computed_at", "locked_at", "locked_by", "plan_version", "link"]
        ),
        tables=[
            table_of(
                _("steps"),
                list(steps),
                viewer,
                ["name", "branch", "state", "rows", "done_at"],
                empty=_("The run has no steps."),
            )
        ],
    )


def verification_state(verification: MonthVerification) -> Cell:
    """How a verification stands, in a word."""
    if verification.done_at is None:
        return Cell(pgettext("verification", "under way"))
    if verification.agrees:
        return Cell(pgettext("verification", "everything agrees"), tone=Tone.DONE)
    if verification.difference_count:
        return Cell(pgettext("verification", "differs"), tone=Tone.BLOCKS)
    return Cell(pgettext("verification", "not verified"), tone=Tone.ATTENTION)
