"""Which plan version is in force."""

from django.utils.translation import gettext as _

from rulebook.articles import article
from rulebook.models import PlanVersion
from rulebook.month import Month


class NoPlanInForce(Exception):
    """No approved plan version is in force on the first day of a month."""

    def __init__(self, month: Month) -> None:
        self.month = month
        super().__init__(_("No plan version is in force on %(day)s.") % {"day": month.first})


@article("1-1")
def plan_version_at(month: Month) -> PlanVersion:
    """The approved version in force on the month's first day (1-1); NoPlanInForce before the first."""
    version = (
        PlanVersion.objects.filter(approved_at__isnull=False, effective_from__lte=month.first)
        .order_by("-effective_from")
        .first()
    )
    if version is None:
        raise NoPlanInForce(month)
    return version


def rank_names() -> dict[str, str]:
    """The ranks' names by code, each as the latest approved version calls it; a code means the same rank in all."""
    versions = PlanVersion.objects.filter(approved_at__isnull=False).order_by("effective_from")
    return {rank.code: rank.name for version in versions for rank in version.plan.ranks}
