"""Reads about people and their ranks."""

from django.db.models import QuerySet

from rulebook.month import Month
from staff.models import RankAssessment


def assessments_of(month: Month) -> QuerySet[RankAssessment]:
    """The month's assessments by staff number."""
    return (
        RankAssessment.objects.filter(month=month)
        .select_related("employee")
        .prefetch_related("plan_version")
        .order_by("employee__number")
    )
