"""What is asked once more, on a page of its own: approving a month, marking it as paid, taking either back.

The page shows sum, people and differences before its button; what is confirmed must be what was shown.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.decisions.effect import Sentence, digest_of
from access.models import User
from access.pages.acts import Offer
from access.pages.links import Links
from access.pages.records import Cell, Fact, Table
from monthend.approval.selectors_pay_list import pay_list_digest
from monthend.approval.selectors_since_last_month import changed_after_approval
from monthend.approval.selectors_transitions import latest_step, others_paid_by, payment_of
from monthend.checks import NEXT_STEPS, Obstacle, findings_of
from monthend.lock.selectors_chain import link_at, short_code
from monthend.models import MonthRun, MonthTransition
from monthend.page.acts import ASKED_ONCE_MORE, MonthAct, Situation, offers, whose_act
from monthend.page.changes import changes_table, may_see_changes
from monthend.page.differences import largest_differences
from monthend.page.figures import Paid, change_text, named_without_account, paid_in, without_account_cells
from monthend.page.listed import ASKED_WITH, LISTS, field_of, lists_of
from monthend.page.situation import situation_of
from rulebook.cells import amount, fact, number
from rulebook.month import Month
from rulebook.wording import month_text, sentences_text

_APPROVALS = (MonthAct.APPROVE, MonthAct.APPROVE_AND_LOCK)
_TAKE_BACK = (MonthAct.TAKE_PAYMENT_BACK, MonthAct.COMPUTE_ANEW)
_TOLD = frozenset(Obstacle) - NEXT_STEPS
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AskedForm(forms.Form):
    """What is sent along: the act, the run it was offered for, and what was shown of it."""

    act = forms.ChoiceField(choices=[(act, act) for act in ASKED_ONCE_MORE], widget=forms.HiddenInput)
    run = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LISTS:
            self.fields[field_of(name)] = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class PaymentForm(AskedForm):
    """On which day the month was paid, by which voucher."""

    paid_on = forms.DateField(label=gettext_lazy("paid on"), widget=DAY)
    voucher = forms.CharField(label=gettext_lazy("number of the voucher"), max_length=50)


class PaymentTakeBackForm(AskedForm):
    """Why a payment is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )


FORMS: dict[MonthAct, type[AskedForm]] = {
    MonthAct.MARK_PAID: PaymentForm,
    MonthAct.TAKE_PAYMENT_BACK: PaymentTakeBackForm,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown before an act: its offer, sums, what to know, who has no account, tables, and the hash of it all;
    nothing for who may not."""

    offer: Offer | None = None
    facts: Sequence[Fact] = ()
    warnings: Sequence[str] = ()
    without_account: Sequence[Cell] = ()
    tables: Sequence[Table] = ()
    digest: str = ""


def asked_of(act: MonthAct, run: MonthRun, viewer: User, today: dt.date, *, voucher: str = "") -> Asked:
    """Read what is shown of a run before an act, with a payment's `voucher` once that is known; a fixed number of
    queries."""
    if whose_act(act, viewer, today):
        return Asked()
    month, is_approval = run.month, act in _APPROVALS
    found = findings_of(run, today, _TOLD) if is_approval and run.state == MonthRun.State.SUBMITTED else []
    known = [one.sentence for one in found if not one.blocks]
    before, paid = paid_in(viewer, month - 1, month).values()
    at = situation_of(
        month,
        run,
        viewer,
        today,
        paid_out=paid,
        is_blocked=any(one.blocks for one in found),
        is_busy=False,
        payment=payment_of(run) if run.state == MonthRun.State.LOCKED else None,
        known=known,
    )
    warnings = list(known) if act not in _TAKE_BACK else []
    lacking = paid if act not in _TAKE_BACK else Paid()
    if voucher:
        warnings += [_used_for(row) for row in others_paid_by(voucher, month)]
    offer = next((offer for offer in offers(at) if offer.act is act), None)
    if offer is None:
        return Asked()
    changes = changed_after_approval(run) if act is MonthAct.MARK_PAID and may_see_changes(viewer) else []
    tables = [changes_table(month, viewer, changes)] if changes else []
    if is_approval:
        tables.append(largest_differences(month, viewer, has_before=before.people > 0))
    return Asked(
        offer=offer,
        facts=_payment_facts(at)
        if act is MonthAct.TAKE_PAYMENT_BACK
        else [*_sums(month, paid, before), *(_chain(month - 1) if is_approval else ())],
        warnings=warnings,
        without_account=without_account_cells(lacking, Links(viewer, named_without_account(lacking))),
        tables=tables,
        digest=_digest(act, at, [*warnings, lacking.without_account, *(one.facts for one in changes)]),
    )


def shown_of(act: MonthAct, run: MonthRun, viewer: User, today: dt.date, *, voucher: str = "") -> dict[str, str]:
    """The hashes of all that is shown before an act, with its lists, by the names of the form's fields."""
    asked = asked_of(act, run, viewer, today, voucher=voucher)
    lists = {field_of(one.name): one.digest for one in lists_of(act, run.month, viewer)}
    return {"shown": asked.digest, **lists}


def is_as_shown(given: Mapping[str, Any], shown: Mapping[str, str]) -> bool:
    """Whether what was confirmed, as `given` by its form, is what is shown now; never where nothing is."""
    return all(digest and given.get(name) == digest for name, digest in shown.items())


def why_again(act: MonthAct, run: MonthRun, viewer: User, today: dt.date, given: Mapping[str, Any]) -> str:
    """Why what was confirmed, as `given` by its form, is shown once more: a list that had not come yet, a voucher used
    before, or what changed."""
    if not all(given.get(field_of(name)) for name in ASKED_WITH.get(act, ())):
        return _("Not done yet: you had not been shown every list. They stand below: look, then confirm.")
    used = [_used_for(row) for row in others_paid_by(given.get("voucher", ""), run.month)]
    if used and is_as_shown(given, shown_of(act, run, viewer, today)):
        return _("Not done yet. %(used)s Confirm once more if that is right, or give another number.") % {
            "used": sentences_text(used)
        }
    return _("What it does has changed: look again, then confirm.")


def _used_for(row: MonthTransition) -> Sentence:
    facts = {"voucher": row.voucher, "month": month_text(row.run.month), "day": row.paid_on}
    words = _("The voucher %(voucher)s is used for %(month)s too, paid on %(day)s.") % facts
    return Sentence(words, "voucher used", row)


def _sums(month: Month, paid: Paid, before: Paid) -> list[Fact]:
    found = [fact(_("gross pay"), amount(paid.gross)), fact(_("people"), number(paid.people))]
    if before.people:
        words = _("%(change)s, %(before)s people before") % {
            "change": change_text(paid.gross, before.gross),
            "before": before.people,
        }
        found += [fact(_("month before"), amount(before.gross)), fact(_("against the month before"), Cell(words))]
    return found


def _chain(month: Month) -> list[Fact]:
    """The chain code of the month before, for who approves to compare and keep; nothing before the first lock."""
    link = link_at(month)
    words = _("chain code of %(month)s") % {"month": month_text(month)}
    return [fact(words, Cell(short_code(link)))] if link else []


def _payment_facts(at: Situation) -> list[Fact]:
    payment = at.payment
    if payment is None:
        return []
    day = payment.paid_on.isoformat() if payment.paid_on else "–"
    return [
        fact(_("gross pay"), amount(at.gross)),
        fact(_("people"), number(at.people)),
        fact(_("paid on"), Cell(day)),
        fact(_("voucher"), Cell(payment.voucher or "–")),
    ]


def _digest(act: MonthAct, at: Situation, shown: Sequence[object]) -> str:
    """Differs whenever what is shown does: who is paid what by which account, and what there is to know of it; also
    when the month has come back to where it stood, such as sent back and handed over once more."""
    return digest_of([act, at.run, at.state, latest_step(at.month), pay_list_digest(at.month), *shown])
