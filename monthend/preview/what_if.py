"""What is supposed in a preview."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.selectors import plan_version_at
from staff.models import Target

_NO_VERSION = ""  # the text supposed may bear the name of a version that is there, and names are unique


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is supposed of the months `first` to `last`; with nothing supposed they are computed as things stand.

    `plan_version`, saved or not, is then in force in all of them; `targets` are branches' targets (CNY a month) by id.
    """

    first: Month
    last: Month
    plan_version: PlanVersion | None = None
    targets: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def months(self) -> list[Month]:
        """The months in order."""
        months = [self.first]
        while months[-1] < self.last:
            months.append(months[-1] + 1)
        return months

    def plan_version_at(self, month: Month) -> PlanVersion:
        """The plan version that the month is computed with; NoPlanInForce when none is supposed and none in force."""
        return self.plan_version or plan_version_at(month)

    def suppose(self) -> None:
        """Write what is supposed over what is real, where that leaves no trace: see shadow.py."""
        self._suppose_plan()
        self._suppose_targets()

    def _suppose_plan(self) -> None:
        """Set a plan that is not saved among the versions, for the months computed with it lead to it."""
        if self.plan_version is None or PlanVersion.objects.filter(pk=self.plan_version.pk).exists():
            return
        supposed = self.plan_version
        PlanVersion.objects.create(
            pk=supposed.pk, version=_NO_VERSION, effective_from=supposed.plan.effective_from, text=supposed.text
        )

    def _suppose_targets(self) -> None:
        Target.objects.filter(branch__in=self.targets).delete()
        Target.objects.bulk_create(
            Target(month=month, branch_id=branch, amount=amount)
            for month in self.months
            for branch, amount in self.targets.items()
        )
