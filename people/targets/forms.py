"""The form that breaks a branch's target of a month down to its people."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from people.targets.pages import Seller
from people.targets.shown import ShownForm
from periods.forms import AmountField
from rulebook.money import ZERO, share_out
from rulebook.plan import Plan
from rulebook.wording import amount_text
from staff.models import Employee, PersonTarget, Target


class PeopleForm(ShownForm):
    """One field for each person in the branch's sales; empty is nothing."""

    def __init__(self, data: Any = None, *, target: Target, sellers: Sequence[Seller], plan: Plan) -> None:
        given = PersonTarget.objects.filter(month=target.month, branch=target.branch_id).select_related("employee")
        self._people = {
            _name(person): person.pk
            for person in (*(one.employee for one in given), *(one.employee for one in sellers))
        }
        super().__init__(data, saved={_name(one.employee): one.amount for one in given})
        self._target, self._sellers = target, sellers
        names = {rank.code: rank.name for rank in plan.ranks}
        self._quotas = {rank.code: rank.monthly_quota for rank in plan.ranks}
        for seller in sellers:
            self.fields[_name(seller.employee)] = AmountField(
                required=False,
                min_value=ZERO,
                label=f"{seller.employee} {names.get(seller.rank, seller.rank)}",
            )

    @property
    def amounts(self) -> dict[int, Decimal]:
        """The people's parts (CNY by employee id) as a valid form wants them."""
        return {seller.employee.pk: self.cleaned_data[_name(seller.employee)] or ZERO for seller in self._sellers}

    @property
    def shown_amounts(self) -> dict[int, Decimal]:
        """The people's parts (CNY by employee id) as a valid form's page showed them; 0 is nobody known here by now."""
        return {self._people.get(name, 0): amount for name, amount in self.was_shown.items()}

    def give_out(self) -> None:
        """Fill in what is left of the branch's target for those without a part, by the quota of their rank."""
        amounts = self.amounts
        empty = [seller for seller in self._sellers if not amounts[seller.employee.pk]]
        left = self._target.amount - sum(amounts.values(), ZERO)
        if not empty or left <= 0:
            self.add_error(None, _("There is nothing to give out: leave the fields empty that are to be filled."))
            return
        quotas = {_name(seller.employee): self._quotas.get(seller.rank, ZERO) for seller in empty}
        weights = quotas if any(quotas.values()) else dict.fromkeys(quotas, Decimal(1))
        parts = {name: amount_text(part) for name, part in share_out(left, weights).items()}
        self.data = {**dict(self.data.items()), **parts}


def _name(person: Employee) -> str:
    return f"p{person.number}"
