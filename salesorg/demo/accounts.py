"""One log-in for each role of the demo company."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from access.models import User
from staff.models import Employee

Role = User.Role


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A log-in; a role that belongs to a branch or to a person is linked to an employee by staff number."""

    username: str
    role: str
    employee: str | None = None


ACCOUNTS = (
    DemoAccount("hr", Role.HR, "00012"),
    DemoAccount("manager", Role.SALES_MANAGER, "00008"),
    DemoAccount("branchgm", Role.BRANCH_GM, "00013"),
    DemoAccount("finance", Role.FINANCE, "00011"),
    DemoAccount("director", Role.MARKETING_DIRECTOR),
    DemoAccount("gm", Role.GENERAL_MANAGER),
    DemoAccount("sales", Role.SALESPERSON, "00010"),
)


def password_file() -> Path:
    """Where the demo's passwords are kept; only its owner may read it."""
    return Path(settings.STATE_DIR) / "demo-passwords.json"


@transaction.atomic
def make_accounts() -> dict[str, str]:
    """Make the log-ins that are missing; returns user name → password, random and kept in the state folder."""
    passwords = _kept_passwords()
    existing = {user.username: user for user in User.objects.filter(username__in=[a.username for a in ACCOUNTS])}
    for account in ACCOUNTS:
        user = existing.get(account.username) or User(username=account.username)
        user.role = account.role
        user.is_staff = account.role != Role.SALESPERSON
        if not user.check_password(passwords[account.username]):
            user.set_password(passwords[account.username])
        user.save()
        if account.employee:
            Employee.objects.filter(number=account.employee).update(user=user)
    return passwords


def _kept_passwords() -> dict[str, str]:
    file = password_file()
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    passwords = {account.username: kept.get(account.username) or secrets.token_urlsafe(9) for account in ACCOUNTS}
    if passwords != kept:
        file.touch(mode=0o600)
        file.write_text(json.dumps(passwords))
    return passwords
