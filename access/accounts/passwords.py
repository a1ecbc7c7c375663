"""Rules of passwords beyond Django's own."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.models import AccountEvent

_WITH_PASSWORD = (AccountEvent.Kind.PASSWORD_SET, AccountEvent.Kind.LOGGED_IN)


def had_password(user: int) -> bool:
    """Whether a log-in, by its key, ever had a password, which its one-time link then replaces."""
    return AccountEvent.objects.filter(user=user, kind__in=_WITH_PASSWORD).exists()


class AnotherThanBefore:
    """A new password differs from the one it replaces."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError if it is the present one."""
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError(_("This is your present password: choose another."), code="password_unchanged")

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return _("The new password can't be the present one.")
