"""Log-ins of the demo company: one for each role, and a second salesperson, with whom the first is in dispute."""

import datetime as dt
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.models import User
from access.rights import enters_admin, needs_second_factor
from salesorg.demo.months import DemoMonths
from staff.models import Employee

Role = User.Role


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A log-in; linked to an employee it goes by that name. One with a name of its own is of the head office: linked to
    an employee without a post.
    """

    username: str
    role: str
    employee: str | None = None
    family_name: str = ""
    given_name: str = ""


HEAD_OFFICE_SINCE = dt.date(2011, 1, 1)
"""As the workbook is written: before its first month."""
ACCOUNTS = (
    DemoAccount("hr", Role.HR, "00012"),
    DemoAccount("manager", Role.SALES_MANAGER, "00008"),
    DemoAccount("branchgm", Role.BRANCH_GM, "00013"),
    DemoAccount("finance", Role.FINANCE, "00011"),
    DemoAccount("director", Role.MARKETING_DIRECTOR, "90001", family_name="林", given_name="建国"),
    DemoAccount("gm", Role.GENERAL_MANAGER, "90002", family_name="郑", given_name="国栋"),
    DemoAccount("auditor", Role.AUDITOR, family_name="宋", given_name="明"),
    DemoAccount("operator", Role.OPERATOR, "90003", family_name="何", given_name="平"),
    DemoAccount("sales", Role.SALESPERSON, "00010"),
    DemoAccount("sales2", Role.SALESPERSON, "00007"),
)


def password_file() -> Path:
    """Where the demo's passwords are kept; only its owner may read it."""
    return Path(settings.STATE_DIR) / "demo-passwords.json"


@transaction.atomic
def make_accounts(months: DemoMonths) -> dict[str, str]:
    """Make the log-ins that are missing; returns user name → password, random and kept in the state folder.

    Beside a password its hash is kept, since checking all passwords takes seconds and comparing hashes nothing.
    """
    kept, since = _kept(), months.moved(HEAD_OFFICE_SINCE)
    existing = {user.username: user for user in User.objects.filter(username__in=[a.username for a in ACCOUNTS])}
    names = dict(Employee.objects.filter(number__in=[a.employee for a in ACCOUNTS]).values_list("number", "name"))
    for account in ACCOUNTS:
        user = existing.get(account.username) or User(username=account.username)
        password, hashed = kept.get(account.username) or (secrets.token_urlsafe(9), "")
        if not hashed or user.password != hashed:
            user.set_password(password)
        user.role = account.role
        user.last_name, user.first_name = account.family_name, account.given_name
        if account.employee and not account.family_name:
            user.last_name = names.get(account.employee, "")
        user.is_staff = enters_admin(account.role)
        user.save()
        kept[account.username] = (password, user.password)
        if needs_second_factor(user):
            TOTPDevice.objects.get_or_create(user=user, confirmed=True, defaults={"name": "demo"})
        if account.employee and account.family_name and account.employee not in names:
            Employee.objects.create(number=account.employee, name=str(user), hired_on=since)
        if account.employee:
            Employee.objects.filter(number=account.employee).update(user=user)
    _keep(kept)
    return {account.username: kept[account.username][0] for account in ACCOUNTS}


def _kept() -> dict[str, tuple[str, str]]:
    """User name → (password, its hash)."""
    file = password_file()
    return {name: tuple(pair) for name, pair in json.loads(file.read_text()).items()} if file.exists() else {}


def _keep(kept: dict[str, tuple[str, str]]) -> None:
    file = password_file()
    file.touch(mode=0o600)
    file.write_text(json.dumps(kept))
