from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from access.accounts.actions import AccountRefused, save_log_in
from access.actor import CONSOLE
from access.models import User
from access.refusals import Refused
from api.actions import make_token
from staff.log_ins.actions import link_log_in
from staff.models import Branch, Employee


class Command(BaseCommand):
    """Make a token for a program, from the server's console, and print it: the only time that anybody sees it."""

    help = "Make a token by which a program calls the API as a log-in; one that is not there yet is made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the log-in's name, or of a person who has one what the token is called")
        parser.add_argument("--role", choices=User.Role.values, required=True)
        parser.add_argument("--branch", metavar="CODE", help="the one branch that it sees, for a branch's role")
        parser.add_argument("--employee", metavar="NUMBER", help="whose log-in it is: who signs is a person known")
        parser.add_argument("--days", type=int, default=90, help="for how long it is good (90)")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        person = _found(Employee, "number", options["employee"], _("There is nobody with the staff number %(key)s."))
        branch = _found(Branch, "code", options["branch"], _("There is no branch with the code %(key)s."))
        try:
            user = _log_in(options["name"], options["role"], person)
            secret = make_token(user=user, name=options["name"], branch=branch, days=options["days"], by=CONSOLE)
        except Refused as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write(secret)


def _found(model: type[Any], field: str, key: str | None, missing: str) -> Any:
    """The record that is named; None where none is."""
    if key is None:
        return None
    found = model.objects.filter(**{field: key}).first()
    if found is None:
        raise CommandError(missing % {"key": key})
    return found


def _log_in(name: str, role: str, person: Employee | None) -> User:
    """The person's log-in, or the one of that name; made if it is not there."""
    user = (person.user if person else None) or User.objects.filter(username=name).first()
    if user is not None and user.role != role:
        facts = {"user": user.username, "role": user.get_role_display()}
        raise AccountRefused(_("%(user)s is there already, with the role %(role)s.") % facts)
    if user is None:
        user = User(username=name, role=role, last_name=person.name if person else "")
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        save_log_in(user=user, by=CONSOLE)
    if person is not None and person.user_id != user.pk:
        link_log_in(employee=person, user=user, by=CONSOLE)
    return user
