"""What of a person only few are shown, what even these only one at a time, and what the person is not."""

from access.accounts.second_person import is_about
from access.history.masking import keep_from_lists, mask
from access.models import User
from access.rights import has
from access.roles import Duty, charged
from staff.models import Employee

PRIVATE = ("id_number", "bank_name", "bank_account", "phone", "email", "user")
"""Fields of a person that only some roles are shown."""

SEES_PRIVATE = charged(Duty.READS_PRIVATE)

MASKED = ("id_number", "bank_account", "phone")
"""Fields that are shown by their last digits (access/history/masking.py)."""

mask(Employee, *MASKED)
keep_from_lists(Employee, *PRIVATE)


def may_unmask(viewer: User) -> bool:
    """Whether the viewer may have them shown in full, which is kept."""
    return has(viewer, Duty.UNMASKS_NUMBERS)


def is_subject(viewer: User, employee: Employee) -> bool:
    """Whether the viewer is the person: to them no page says that a dismissal review is due (1-4.3.4)."""
    return is_about(viewer, employee.pk)
