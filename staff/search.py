"""How people are found: by staff number, name, pinyin or its initials."""

from django.db.models import QuerySet

from access.models import User
from access.pages.search import by_key, finds
from staff.models import Employee


@finds(Employee, place=1, icon="person")
def people(viewer: User, words: str) -> QuerySet[Employee]:
    """People within reach."""
    return by_key(Employee.objects.all(), words)
