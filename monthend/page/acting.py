"""Doing what a month's page offers: the act, then a sentence on what happened and who is next."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.refusals import EffectChanged
from compensation.models import Payslip
from monthend.approval.actions import approve_run, mark_paid, reject_run, submit_run, take_payment_back
from monthend.approval.selectors_taking_back import HANDED_OVER, standing
from monthend.approval.selectors_transitions import happened_meanwhile, latest_step
from monthend.checks import CloseRefused, require_computable
from monthend.lock.selectors_chain import link_at, short_code
from monthend.models import MonthRun
from monthend.page.acts import MonthAct
from monthend.page.asking import is_as_shown, shown_of
from monthend.page.situation import runs_read_along
from monthend.rights import may_compute
from monthend.runs import start_run
from monthend.verify.actions import ask_for_verification
from monthend.work import wake
from rulebook.month import Month
from rulebook.wording import amount_text, month_text, sentences_text


def compute(month: Month, *, by: Actor) -> str:
    """Start computing a month in the background; starting it twice is starting it once.

    Raises CloseRefused, also for one that was handed over: that is taken back by who is asked (`carry_out_as_shown`).
    """
    handed = MonthRun.objects.filter(month=month, state__in=HANDED_OVER).first()
    if handed is not None:
        raise CloseRefused([sentences_text([standing(handed), _("Look again before you compute it anew.")])])
    return _compute(month, by=by)


def _compute(month: Month, *, by: Actor) -> str:
    if by.user is None or not may_compute(by.user):
        raise CloseRefused([_("Only human resources computes a month.")])
    require_computable(month)
    run = start_run(month, by=by)
    wake(run.pk)
    return _("%(month)s is being computed. It goes on if you leave this page.") % {"month": month_text(month)}


@action
def carry_out(act: MonthAct, run: MonthRun, *, step: int | None, reason: str, today: dt.date, by: Actor) -> str:
    """Do an act with a run; returns what happened. Raises CloseRefused with what speaks against it.

    What moves the month on or back is done only by a page that showed the latest `step` of the month.
    """
    if act not in (MonthAct.SUBMIT, MonthAct.LOCK, MonthAct.REJECT):
        return _do(act, run.pk, reason=reason, today=today, by=by)
    MonthRun.objects.select_for_update().get(pk=run.pk)
    latest, meanwhile = latest_step(run.month), happened_meanwhile(run.month)
    done = _do(act, run.pk, reason=reason, today=today, by=by)
    if step != latest:
        raise CloseRefused([meanwhile])
    return done


def _do(act: MonthAct, run_id: int, *, reason: str, today: dt.date, by: Actor) -> str:
    match act:
        case MonthAct.SUBMIT:
            submit_run(run_id, today=today, by=by)
            text = _(
                "%(month)s is handed over: %(people)s people, gross pay %(gross)s."
                " Next, the marketing director approves."
            )
        case MonthAct.LOCK:
            text = _lock(run_id, today=today, by=by)
        case MonthAct.REJECT:
            reject_run(run_id, reason=reason, today=today, by=by)
            text = _("%(month)s is sent back with your reason.")
        case MonthAct.VERIFY:
            ask_for_verification(run_id, locks=False, by=by, today=today)
            text = _("%(month)s is being verified. It goes on if you leave this page.")
        case _:
            return compute(MonthRun.objects.get(pk=run_id).month, by=by)
    return text % _facts(run_id)


@action
def carry_out_as_shown(act: MonthAct, run: MonthRun, given: Mapping[str, Any], *, today: dt.date, by: Actor) -> str:
    """Do an act that is asked once more, as `given` by its form; returns what happened.

    Raises CloseRefused with what speaks against it, and EffectChanged when something else was shown than what would be
    done; nothing is done then.
    """
    MonthRun.objects.select_for_update().get(pk=run.pk)
    run = runs_read_along(run.month).get(pk=run.pk)
    shown = shown_of(act, run, by.user, today, voucher=given.get("voucher", "")) if by.user else None
    match act:
        case MonthAct.APPROVE:
            approve_run(run.pk, today=today, by=by)
            text = _("%(month)s is approved: %(people)s people, gross pay %(gross)s. Next, it is locked.")
            text = _with_what_is_sealed(text, run.pk)
        case MonthAct.APPROVE_AND_LOCK:
            approve_run(run.pk, today=today, by=by)
            text = _lock(run.pk, today=today, by=by)
        case MonthAct.MARK_PAID:
            mark_paid(run.pk, paid_on=given["paid_on"], voucher=given["voucher"], today=today, by=by)
            text = _("%(month)s is marked as paid: %(people)s people, gross pay %(gross)s.")
        case MonthAct.COMPUTE_ANEW:
            text = _compute(run.month, by=by)
        case _:
            take_payment_back(run.pk, reason=given["reason"], by=by)
            text = _("%(month)s is not marked as paid any more: %(people)s people, gross pay %(gross)s.")
    if shown is None or not is_as_shown(given, shown):
        raise EffectChanged(shown)
    return text if act is MonthAct.COMPUTE_ANEW else text % _facts(run.pk)


def _lock(run_id: int, *, today: dt.date, by: Actor) -> str:
    ask_for_verification(run_id, locks=True, by=by, today=today)
    text = _(
        "%(month)s is being recomputed once more and locked when every amount agrees: %(people)s people,"
        " gross pay %(gross)s. It goes on if you leave this page."
    )
    return _with_what_is_sealed(text, run_id)


def _with_what_is_sealed(text: str, run_id: int) -> str:
    """Add the chain code of the month before, for who approves or locks to keep; nothing before the first one."""
    before = MonthRun.objects.get(pk=run_id).month - 1
    facts = {"text": text, "before": month_text(before), "code": short_code(link_at(before))}
    words = _("%(text)s All months until %(before)s are locked, chain code %(code)s.")
    return words % facts if facts["code"] else text


def _facts(run_id: int) -> dict[str, object]:
    month = MonthRun.objects.get(pk=run_id).month
    sums = Payslip.objects.filter(month=month).aggregate(people=Count("pk"), gross=Sum("gross"))
    return {"month": month_text(month), "people": sums["people"], "gross": amount_text(sums["gross"])}
