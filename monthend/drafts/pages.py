"""A draft's page, as values: what it changes, what it would have changed, who did what, and what is next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.decisions.signing import name_of
from access.models import User
from access.pages.acts import Offer
from access.pages.links import Links
from access.pages.records import Cell, Fact, Record, Row, Table, Tone
from access.reach import within_reach
from access.rights import Right, may
from monthend.approval.selectors import NAMED_BY
from monthend.drafts.acts import offers, turn_of
from monthend.drafts.wages import wage_table
from monthend.preview.actions import previewable_months
from monthend.preview.models import Preview
from periods.pages import facts_of
from rulebook.cells import fact, headings, month, text
from rulebook.changes import PlanChange, changes_between
from rulebook.drafts.actions import changes_digest
from rulebook.models import PlanDraft, PlanDraftStep
from rulebook.month import Month
from rulebook.pages import plan_record
from rulebook.wording import month_text

State = PlanDraft.State
MOST_PREVIEWS = 10
TONES = {
    State.DRAFT: Tone.ATTENTION,
    State.SUBMITTED: Tone.ATTENTION,
    State.APPROVED: Tone.DONE,
    State.ABANDONED: Tone.PLAIN,
}


@dataclass(frozen=True, slots=True)
class DraftPage:
    """What a draft's page shows beside its record; `months` are those that a preview may cover."""

    draft: PlanDraft
    shown: str
    setback: str
    turn: str
    offers: Sequence[Offer]
    may_edit: bool
    months: Sequence[tuple[str, str]]


def draft_page(draft: PlanDraft, viewer: User) -> DraftPage:
    """What can be done about a draft now."""
    last = draft.steps.select_related(f"by__{NAMED_BY}").first()
    sent_back = last is not None and last.kind == PlanDraftStep.Kind.REJECTED
    is_open = draft.state in (State.DRAFT, State.SUBMITTED)
    may_preview = is_open and may(viewer, Right.ADD, Preview)
    return DraftPage(
        draft=draft,
        shown=changes_digest(draft),
        setback=_sent_back(last) if last and sent_back else "",
        turn=turn_of(draft, viewer),
        offers=offers(draft, viewer, changes=len(_changes(draft))),
        may_edit=draft.state == State.DRAFT and may(viewer, Right.CHANGE, PlanDraft),
        months=[(str(known), month_text(known)) for known in previewable_months()] if may_preview else [],
    )


def draft_record(draft: PlanDraft, viewer: User) -> Record:
    """A draft to read: its changes as sentences, its previews and steps, then the plan itself."""
    changes = _changes(draft)
    links = Links(viewer, [draft.based_on, draft.approved_as])
    facts = [
        fact(_("in force from"), month(Month.of(draft.effective_from))),
        fact(_("based on"), text(draft.based_on, links.to(draft.based_on))),
        *_people(draft),
    ]
    if draft.approved_as:
        facts.append(Fact(_("plan version"), text(draft.approved_as, links.to(draft.approved_as))))
    wages = wage_table(draft.plan, max(draft.effective_from, timezone.localdate()), viewer)
    return Record(
        title=f"{_('plan draft')} {draft.version}",
        subtitle=draft.plan.name,
        state=Cell(draft.get_state_display(), tone=TONES[State(draft.state)]),
        sentences=[_headline(draft, changes), *_other_versions(draft)],
        facts=facts,
        tables=[
            *([wages] if wages else []),
            change_table(changes),
            *_previews(draft, viewer),
            _history(draft),
            *plan_record(draft.as_version()).tables,
        ],
    )


def step_record(step: PlanDraftStep, viewer: User) -> Record:
    """One step of a draft to read, with what the draft changed at that time."""
    draft = step.draft
    then = PlanDraft(version=draft.version, text=step.text).as_version()
    return Record(
        title=f"{draft} · {step.get_kind_display()}",
        subtitle=_("plan draft"),
        sentences=[step.reason] if step.reason else [],
        facts=facts_of(step, viewer, ["draft", "kind", "at", "by"]),
        tables=[change_table(changes_between(draft.based_on, then), is_here=False)],
    )


def change_table(changes: Sequence[PlanChange], *, is_here: bool = True) -> Table:
    """The changes, a sentence each, which leads to its place in the plan where that is below on the page."""
    return Table(
        _("what it changes"),
        headings(_("what changes")),
        [Row([text(change.sentence, _place(change) if is_here else "")]) for change in changes],
        anchor="changes",
        empty=_("Nothing yet: it equals the version that it replaces."),
    )


def _place(change: PlanChange) -> str:
    return f"#{change.row or change.table}".rstrip("#")


def _changes(draft: PlanDraft) -> list[PlanChange]:
    return changes_between(draft.replaces, draft.as_version())


def _headline(draft: PlanDraft, changes: Sequence[PlanChange]) -> str:
    facts = {
        "version": draft.version,
        "replaced": draft.replaces.version,
        "month": month_text(Month.of(draft.effective_from)),
        "changes": len(changes),
    }
    if not changes:
        return _("Plan %(version)s changes nothing yet against %(replaced)s.") % facts
    told = ngettext(
        "Plan %(version)s makes %(changes)d change against %(replaced)s, to be in force from %(month)s on.",
        "Plan %(version)s makes %(changes)d changes against %(replaced)s, to be in force from %(month)s on.",
        len(changes),
    )
    return told % facts


def _other_versions(draft: PlanDraft) -> Iterator[str]:
    """Versions approved beside the draft that it would undo, or that would undo it."""
    if draft.replaces != draft.based_on:
        yield _(
            "It was begun from plan %(based_on)s, but replaces %(replaced)s: what it does not take over from"
            " %(replaced)s stands among its changes."
        ) % {"based_on": draft.based_on.version, "replaced": draft.replaces.version}
    if later := draft.followed_by:
        facts = {"later": later.version, "month": month_text(Month.of(later.effective_from))}
        yield _("It counts until plan %(later)s is in force from %(month)s on, which keeps its own numbers.") % facts


def _people(draft: PlanDraft) -> list[Fact]:
    """Who had which part in it, as far as it is."""
    parts = (
        (_("started by"), draft.started_by),
        (_("last changed by"), draft.changed_by),
        (_("submitted by"), draft.submitted_by),
        (_("approved by"), draft.approved_by),
    )
    return [fact(label, text(name_of(user))) for label, user in parts if user]


def _sent_back(step: PlanDraftStep) -> str:
    return _("Sent back by %(who)s: %(reason)s") % {"who": name_of(step.by), "reason": step.reason}


def _previews(draft: PlanDraft, viewer: User) -> list[Table]:
    """The previews that suppose the draft as it reads now."""
    if not may(viewer, Right.VIEW, Preview):
        return []
    known = within_reach(viewer, Preview.objects.filter(plan_text=draft.text)).select_related(f"asked_by__{NAMED_BY}")
    rows = list(known[:MOST_PREVIEWS])
    links = Links(viewer, rows)
    table = Table(
        _("what it would have changed"),
        headings(_("months"), _("state"), _("asked for by")),
        [
            Row([text(row.months_text, links.to(row)), text(row.get_state_display()), text(name_of(row.asked_by))])
            for row in rows
        ],
        anchor="previews",
        empty=_("Not computed yet for the draft as it reads now: choose months above."),
    )
    return [table]


def _history(draft: PlanDraft) -> Table:
    rows = draft.steps.select_related(f"by__{NAMED_BY}")
    return Table(
        _("history"),
        headings(_("when"), _("what"), _("who"), _("reason")),
        [
            Row(
                [
                    text(f"{timezone.localtime(step.at):%Y-%m-%d %H:%M}"),
                    text(step.get_kind_display()),
                    text(name_of(step.by)),
                    text(step.reason),
                ]
            )
            for step in rows
        ],
        anchor="history",
    )
