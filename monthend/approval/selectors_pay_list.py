"""What a month pays to whom: a hash over person, account and amount, by which a pay list is known again."""

import hashlib
import json

from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from compensation.models import Payslip
from monthend.lock.selectors_seal import BEFORE_SEALS, seal_of
from monthend.models import MonthRun, MonthTransition
from rulebook.month import Month
from rulebook.wording import month_text

Kind = MonthTransition.Kind
_PAID_BY = ("employee__number", "name", "bank_name", "bank_account", "gross")


def pay_list_digest(month: Month) -> str:
    """The SHA-256 (hex) over everybody's number, name, bank, account and gross pay; one query.

    By staff number as bytes compare, so that no other server's language orders people otherwise.
    """
    slips = Payslip.objects.filter(month=month).order_by(Collate("employee__number", "C"))
    digest = hashlib.sha256()
    for row in slips.values_list(*_PAID_BY).iterator():
        digest.update(json.dumps([str(value) for value in row]).encode() + b"\n")
    return digest.hexdigest()


def why_not_as_approved(month: Month) -> str:
    """Why the month's pay list isn't the one that was approved, or locked at the console; empty if it is.

    A locked month must also be as its seal says: the seal can't be written anew, whatever else an intruder may add.
    What was locked before pay lists and seals were kept has nothing to be held against.
    """
    run = MonthRun.objects.filter(month=month).exclude(state=MonthRun.State.REPLACED).first()
    if run is None or (_kept_list(run) in ("", pay_list_digest(month)) and _is_as_sealed(run)):
        return ""
    text = _("The pay list of %(month)s is not the one that was approved: an account, a name or an amount differs.")
    return text % {"month": month_text(month)}


def _kept_list(run: MonthRun) -> str:
    """The pay list's hash as the run was locked, or else last approved; empty if none was kept."""
    kind = Kind.LOCKED if run.state == MonthRun.State.LOCKED else Kind.APPROVED
    kept = run.transitions.filter(kind=kind).order_by("-pk").values_list("pay_list", flat=True)
    return kept.first() or ""


def _is_as_sealed(run: MonthRun) -> bool:
    is_sealed = run.state == MonthRun.State.LOCKED and run.seal != BEFORE_SEALS
    return not is_sealed or seal_of(run.month) == run.seal
