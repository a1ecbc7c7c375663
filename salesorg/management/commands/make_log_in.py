from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from access.accounts.actions import AccountRefused, renew_link, save_log_in
from access.actor import CONSOLE
from access.models import User
from access.roles import FIRST
from staff.log_ins.actions import link_log_in
from staff.models import Employee


class Command(BaseCommand):
    """Make a log-in from the server's console, such as a new site's first operator, and print its one-time link."""

    help = "Make a log-in and print the one-time link by which its password is set; one that is there gets a new link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=User.Role.values, default=FIRST.value)
        parser.add_argument("--employee", metavar="NUMBER", help="whose log-in it is: who signs is a person known")
        parser.add_argument("--to", metavar="WHOM", default="", help="to whom the link goes: whoever opens it reads it")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first() or self._made(**options)
        if user.role != options["role"]:
            facts = {"user": user.username, "role": user.get_role_display()}
            raise CommandError(_("%(user)s is there already, with the role %(role)s.") % facts)
        if options["employee"]:
            self._link(user, options["employee"])
            if user.has_usable_password():
                facts = {"user": user.username, "number": options["employee"]}
                self.stdout.write(_("%(user)s is the log-in of %(number)s; its password stays.") % facts)
                return
        scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
        site = next(iter(settings.CSRF_TRUSTED_ORIGINS), f"{scheme}://{next(iter(settings.ALLOWED_HOSTS))}")
        self.stdout.write(_("One-time link of %(user)s:") % {"user": user.username})
        self.stdout.write(f"{site}{renew_link(user=user, by=CONSOLE, recipient=options['to'])}")

    def _link(self, user: User, number: str) -> None:
        employee = Employee.objects.filter(number=number).first()
        if employee is None:
            raise CommandError(_("There is nobody with the staff number %(number)s.") % {"number": number})
        if employee.user_id not in (None, user.pk):
            facts = {"person": employee, "user": employee.user}
            raise CommandError(_("%(person)s has the log-in %(user)s already.") % facts)
        try:
            link_log_in(employee=employee, user=user, by=CONSOLE)
        except AccountRefused as refusal:
            raise CommandError(refusal.reason) from refusal

    def _made(self, *, username: str, role: str, **_options: Any) -> User:
        user = User(username=username, role=role)
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        save_log_in(user=user, by=CONSOLE)
        return user
