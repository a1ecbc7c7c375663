"""What a branch sold against its target."""

from dataclasses import dataclass
from decimal import Decimal

from rulebook.plan import AttainmentScope


@dataclass(frozen=True, slots=True)
class BranchResult:
    """A branch's credited sales and target of a month, and the whole company's (CNY)."""

    sales: Decimal
    target: Decimal
    company_sales: Decimal
    company_target: Decimal

    def rated_sales(self, scope: AttainmentScope) -> Decimal:
        """The sales whose attainment sets a rate: the branch's, or with scope `company` the whole company's."""
        return self.company_sales if scope is AttainmentScope.COMPANY else self.sales

    def rated_target(self, scope: AttainmentScope) -> Decimal:
        """The target that goes with `rated_sales`."""
        return self.company_target if scope is AttainmentScope.COMPANY else self.target
