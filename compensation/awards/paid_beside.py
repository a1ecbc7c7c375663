"""What may pay the same twice: awards beside other pay."""

from decimal import Decimal

from django.utils.translation import gettext as _

from access.effect import Told
from compensation.models import Adjustment, AwardDecision, Correction
from rulebook.wording import amount_text
from staff.models import Employee


def paid_beside(employee: Employee, amount: Decimal, award: AwardDecision | None) -> list[Told]:
    """What may pay the same twice: for an award, other pay of its amount since it was signed; for other pay, the
    person's signed awards that are not paid.
    """
    if amount < 0:
        return []
    if award is not None:
        posted = Adjustment.objects.filter(
            employee=employee,
            amount=amount,
            correction__kind=Correction.Kind.OTHER,
            correction__award=None,
            correction__made_at__gte=award.signed_at,
        )
        text = _("%(number)s has paid %(name)s %(amount)s already, not as an award: see that it isn't paid twice.")
        return [
            Told(
                text % {"number": one.correction.number, "name": employee.name, "amount": amount_text(one.amount)},
                "paid as other pay",
                one.correction.number,
                one.amount,
            )
            for one in posted.select_related("correction").order_by("pk")
        ]
    signed = AwardDecision.objects.filter(
        employee=employee, state=AwardDecision.State.DONE, amount__isnull=False, payment=None
    )
    text = _(
        "%(name)s has a signed award not paid yet: %(year)s, %(kind)s, %(amount)s. If this is it, pay it on the"
        " award's page, or it is paid twice."
    )
    return [
        Told(
            text
            % {
                "name": employee.name,
                "year": unpaid.year,
                "kind": unpaid.get_kind_display(),
                "amount": amount_text(unpaid.amount),
            },
            "award not paid",
            unpaid,
            unpaid.amount,
        )
        for unpaid in signed
    ]
