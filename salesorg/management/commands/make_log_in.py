from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from access.actions import renew_link, save_log_in
from access.actor import CONSOLE
from access.models import User


class Command(BaseCommand):
    """Make a log-in from the server's console, such as a new site's first operator, and print its one-time link."""

    help = "Make a log-in and print the one-time link by which its password is set; one that is there gets a new link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=User.Role.values, default=User.Role.OPERATOR.value)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first() or self._made(**options)
        if user.role != options["role"]:
            facts = {"user": user.username, "role": user.get_role_display()}
            raise CommandError(_("%(user)s is there already, with the role %(role)s.") % facts)
        host = next(iter(settings.ALLOWED_HOSTS))
        scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
        self.stdout.write(_("One-time link of %(user)s:") % {"user": user.username})
        self.stdout.write(f"{scheme}://{host}{renew_link(user=user, by=CONSOLE)}")

    def _made(self, *, username: str, role: str, **_options: Any) -> User:
        user = User(username=username, role=role)
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        save_log_in(user=user, by=CONSOLE)
        return user
