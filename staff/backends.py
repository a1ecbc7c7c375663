"""Reads who is logged in."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import OuterRef, Subquery

from access.models import READ_ALONG, User, resets_of
from staff.reach import with_branch


class WithEmployee(ModelBackend):
    """Log-in by name and password; who is logged in comes with what every page asks: the employee, and their branch."""

    def get_user(self, user_id: int) -> User | None:
        """The log-in while it is open, in one query."""
        resets = {READ_ALONG: Subquery(resets_of(OuterRef("pk"))[:1])}
        user = with_branch(User.objects.select_related("employee")).annotate(**resets).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
