"""Reads who is logged in."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from access.models import READ_ALONG, User, resets_of
from access.roles import PROGRAMS
from staff.reach import with_branch


class WithEmployee(ModelBackend):
    """Log-in by name and password; who is logged in comes with what every page asks: the employee, and their branch."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Nor does a program log in: it comes with its token."""
        return super().user_can_authenticate(user) and user.role not in PROGRAMS

    def get_user(self, user_id: int) -> User | None:
        """The log-in while it is open, in one query."""
        user = next(iter(_log_ins(timezone.localdate()).filter(pk=user_id)), None)
        return user if user and self.user_can_authenticate(user) else None


@lru_cache(maxsize=1)
def _log_ins(_today: dt.date) -> QuerySet[User]:
    """The log-ins with what comes along; put together once a day, for every request asks."""
    resets = {READ_ALONG: Subquery(resets_of(OuterRef("pk"))[:1])}
    return with_branch(User.objects.select_related("employee")).annotate(**resets)
