"""Awards as queries ask for them."""

from django.db.models import OuterRef, QuerySet

from compensation.models import AwardDecision


def decisions_about() -> QuerySet[AwardDecision]:
    """The decision on the recommendation of the query around it."""
    return AwardDecision.objects.filter(year=OuterRef("year"), employee=OuterRef("employee"), kind=OuterRef("kind"))
