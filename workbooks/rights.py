"""What each role may do with workbooks: read what was imported, which importing writes; take out the payroll."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from access.models import User
from access.rights import allow
from workbooks.models import ImportBatch, ImportedRow
from workbooks.reach import READERS

allow(ImportBatch, view=READERS)
allow(ImportedRow, view=READERS)

PAYROLL_READERS = frozenset({User.Role.HR, User.Role.FINANCE})


def may_download_payroll(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user takes out the payroll of all, with everybody's bank accounts: who makes it and who pays it."""
    return isinstance(user, User) and user.is_active and user.role in PAYROLL_READERS
