"""One-time links: with one a person sets the password of their log-in, the first or a new one."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from access.models import User


class LinkSigner(PasswordResetTokenGenerator):
    """Signs links for PASSWORD_RESET_TIMEOUT; one ends once used, after a log-in, and when a newer one is made.

    A newer one replaces the password by one that nobody knows, and the password is part of what is signed.
    """

    key_salt = "access.links"


signer = LinkSigner()


def one_time_link(user: User) -> str:
    """The path at which the user sets a password."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("portal:welcome", args=[key, signer.make_token(user)])
