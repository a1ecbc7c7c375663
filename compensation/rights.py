"""What each role may do with pay: read it, but for the weights that a branch's general manager sets (1-7.2.2)."""

from access.rights import EVERYBODY, MANAGEMENT, Role, allow, seals
from compensation.models import BasePayLine, CommissionLine, Credit, Payslip, SupportPool, SupportShare, SupportWeight
from periods.selectors import is_locked

allow(Payslip, view=EVERYBODY)
allow(BasePayLine, view=EVERYBODY)
allow(CommissionLine, view=EVERYBODY)
allow(Credit, view=EVERYBODY)
allow(SupportPool, view=MANAGEMENT)
allow(SupportShare, view=EVERYBODY)
allow(
    SupportWeight,
    view=EVERYBODY,
    add={Role.BRANCH_GM},
    change={Role.BRANCH_GM},
    delete={Role.BRANCH_GM},
)


@seals(SupportWeight)
def weight_of_locked_month(weight: SupportWeight) -> bool:
    """A locked month's weights stand."""
    return is_locked(weight.month)
