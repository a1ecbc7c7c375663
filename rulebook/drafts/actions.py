"""Writes of drafts of plan versions, from the first number to the version in force; each step is recorded."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import is_unknown_person, unknown_person
from access.actor import Actor
from access.decisions.effect import digest_of
from access.history.acting import action
from access.models import User
from access.refusals import Refused
from access.rights import Right, may
from rulebook.models import PlanDraft, PlanDraftStep, PlanVersion
from rulebook.month import Month
from rulebook.plan import Plan, PlanError
from rulebook.plan_text.document import with_values
from rulebook.plan_text.parser import parse_plan
from rulebook.rights import may_approve_plans, proposal_of
from rulebook.wording import month_text

State, Kind = PlanDraft.State, PlanDraftStep.Kind


class DraftRefused(Refused):
    """A step of a draft can't be taken; `reason` says why in the user's language."""


@action
def start_draft(based_on: PlanVersion, *, month: Month, by: Actor) -> PlanDraft:
    """Begin a draft from a version, to be in force from `month`."""
    user = _drafter(by)
    name, known = str(month), set(PlanVersion.objects.values_list("version", flat=True))
    version = next(option for option in (name, *(f"{name}-{n}" for n in range(2, 1000))) if option not in known)
    text = with_values(based_on.text, {"version": version, "effective_from": month.first.isoformat()})
    draft = PlanDraft(based_on=based_on, started_by=user, version=version, effective_from=month.first)
    _write(draft, text, user)
    _record(draft, Kind.STARTED, user)
    return draft


@action
def change_draft(draft: PlanDraft, text: str, *, seen: str, free_from: Month | None, by: Actor) -> None:
    """Write another text; `seen` is the digest of the one that was changed, so that nobody's work is written over.

    PlanError, with each problem's place, for a text that can't be a plan in force from its date.
    """
    user = _drafter(by)
    draft = _locked(draft, State.DRAFT)
    if seen != text_digest(draft):
        raise DraftRefused(_("Somebody changed the draft meanwhile: open it anew and enter yours again."))
    check_text(text, free_from)
    if text != draft.text:
        _write(draft, text, user)
        _record(draft, Kind.CHANGED, user)


@action
def submit_draft(draft: PlanDraft, *, free_from: Month | None, by: Actor) -> None:
    """Hand a draft over for approval; DraftRefused for one that changes nothing or comes too late."""
    user = _drafter(by)
    if is_unknown_person(user):
        raise DraftRefused(unknown_person())
    draft = _locked(draft, State.DRAFT)
    _require_free(draft.plan, free_from)
    draft.state, draft.submitted_by, draft.submitted_at = State.SUBMITTED, user, timezone.now()
    draft.save()
    _record(draft, Kind.SUBMITTED, user)


@action
def withdraw_draft(draft: PlanDraft, *, by: Actor) -> None:
    """Take a draft back that waits for approval, to change it."""
    user = _drafter(by)
    _back_to_drafting(_locked(draft, State.SUBMITTED), Kind.WITHDRAWN, user)


@action
def reject_draft(draft: PlanDraft, *, reason: str, by: Actor) -> None:
    """Send a draft back to who drafts it, with the reason."""
    user = _approver(by)
    if not reason.strip():
        raise DraftRefused(_("Say why it is sent back."))
    _back_to_drafting(_locked(draft, State.SUBMITTED), Kind.REJECTED, user, reason.strip())


@action
def approve_draft(draft: PlanDraft, *, shown: str, free_from: Month | None, by: Actor) -> PlanVersion:
    """Make a draft the plan version in force from its date; DraftRefused for the own one, or another than was shown.

    `shown` is the `changes_digest` of what the approver saw.
    """
    user = _approver(by)
    draft = _locked(draft, State.SUBMITTED)
    if is_unknown_person(user):
        raise DraftRefused(unknown_person())
    if not proposal_of(draft).is_for(user):
        raise DraftRefused(_("Nobody approves a plan of their own: another person has to."))
    if shown != changes_digest(draft):
        raise DraftRefused(_("The draft has changed: look again, then approve."))
    _require_free(draft.plan, free_from)
    version = draft.as_version()
    version.approved_at = timezone.now()
    version.approved_by = f"{user.last_name}{user.first_name}" or user.get_username()
    version.save(force_insert=True)
    draft.state, draft.approved_by, draft.approved_as = State.APPROVED, user, version
    draft.save()
    _record(draft, Kind.APPROVED, user)
    return version


@action
def abandon_draft(draft: PlanDraft, *, by: Actor) -> None:
    """Give a draft up; it is kept to be read."""
    user = _drafter(by)
    draft = _locked(draft, State.DRAFT)
    draft.state = State.ABANDONED
    draft.save()
    _record(draft, Kind.ABANDONED, user)


def check_text(text: str, free_from: Month | None) -> None:
    """Raise PlanError, with each problem's place, for a text that can't be a plan in force from its date."""
    if problems := date_problems(parse_plan(text), free_from):
        raise PlanError(problems)


def date_problems(plan: Plan, free_from: Month | None) -> list[tuple[str, str]]:
    """What speaks against a plan's version and date, each with its place; months before `free_from` are computed."""
    problems = []
    versions = PlanVersion.objects.filter(approved_at__isnull=False)
    taken = list(versions.values_list("version", "effective_from"))
    if plan.version in {version for version, _day in taken}:
        problems.append(("version", _("There is a plan version %(version)s already.") % {"version": plan.version}))
    same_day = next((version for version, day in taken if day == plan.effective_from), None)
    if same_day:
        facts = {"version": same_day}
        problems.append(("effective_from", _("Plan version %(version)s begins in that month already.") % facts))
    elif free_from is not None and Month.of(plan.effective_from) < free_from:
        facts = {"last": month_text(free_from - 1), "first": month_text(free_from)}
        told = _("%(last)s is computed: a plan can be in force from %(first)s on at the earliest.")
        problems.append(("effective_from", told % facts))
    return problems


def text_digest(draft: PlanDraft) -> str:
    """Stands for the draft's text, to tell whether it is the one that somebody saw."""
    return digest_of([draft.text])


def changes_digest(draft: PlanDraft) -> str:
    """The same of what the draft changes: of its text, the version that it replaces, and the one that follows it."""
    return digest_of([draft.text, draft.replaces, draft.followed_by])


def _require_free(plan: Plan, free_from: Month | None) -> None:
    if problems := date_problems(plan, free_from):
        raise DraftRefused(" ".join(reason for _place, reason in problems))


def _drafter(by: Actor) -> User:
    if by.user is None or not may(by.user, Right.CHANGE, PlanDraft):
        raise PermissionDenied
    return by.user


def _approver(by: Actor) -> User:
    if by.user is None or not may_approve_plans(by.user):
        raise PermissionDenied
    return by.user


def _locked(draft: PlanDraft, expected: PlanDraft.State) -> PlanDraft:
    """The draft's row, locked; DraftRefused if it is in another state by now."""
    row = PlanDraft.objects.select_for_update().get(pk=draft.pk)
    if row.state != expected:
        facts = {"version": row.version, "state": row.get_state_display()}
        raise DraftRefused(_("Plan draft %(version)s is %(state)s by now: look again.") % facts)
    return row


def _back_to_drafting(draft: PlanDraft, kind: PlanDraftStep.Kind, user: User, reason: str = "") -> None:
    draft.state, draft.submitted_by, draft.submitted_at = State.DRAFT, None, None
    draft.save()
    _record(draft, kind, user, reason)


def _write(draft: PlanDraft, text: str, user: User) -> None:
    plan = parse_plan(text)
    draft.text, draft.version, draft.effective_from = text, plan.version, plan.effective_from
    draft.changed_by, draft.changed_at = user, timezone.now()
    draft.save()


def _record(draft: PlanDraft, kind: PlanDraftStep.Kind, user: User, reason: str = "") -> None:
    PlanDraftStep.objects.create(draft=draft, kind=kind, at=timezone.now(), by=user, reason=reason, text=draft.text)
