"""Contracts about which a dispute is open, or that a ruling divided: nobody changes by a file whose they are."""

from django.utils.translation import gettext as _

from compensation.models import Correction, Hold
from workbooks.company.company import Company
from workbooks.problems import Problems

_WHOSE = frozenset({"client", "closer", "assistant"})


def check_disputed(company: Company, problems: Problems) -> None:
    """Refuse another client, closer or assistant of such a contract (3-1.3): that is decided in the dispute."""
    changed = {
        entry.record.pk: entry
        for entry in company["contracts"].touched
        if entry.record is not None and entry.changed & _WHOSE
    }
    if not changed:
        return
    held = Hold.objects.filter(contract__in=changed, ended_by=None).values_list("contract", "reference")
    ruled = Correction.objects.filter(contract__in=changed, kind=Correction.Kind.RULING)
    told = dict(ruled.order_by("pk").values_list("contract", "reference")) | dict(held)
    reason = _("dispute %(dispute)s is about this contract: whose it is, and who assists, is decided there alone")
    for contract, dispute in told.items():
        entry = changed[contract]
        for field in sorted(entry.changed & _WHOSE):
            entry.refuse(problems, field, reason % {"dispute": dispute})
