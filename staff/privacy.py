"""What of a person only few are shown, what even these only one at a time, and what the person is not."""

from access.masking import keep_from_lists, mask
from access.models import User
from access.second_person import is_about
from staff.models import Employee

PRIVATE = ("id_number", "bank_name", "bank_account", "phone", "email", "user")
"""Fields of a person that only some roles are shown."""

SEES_PRIVATE = (User.Role.HR, User.Role.FINANCE, User.Role.AUDITOR)

MASKED = ("id_number", "bank_account", "phone")
"""Fields that are shown by their last digits (access/masking.py)."""

DISCLOSED_TO = (User.Role.HR, User.Role.FINANCE)
"""Who may have them shown in full, which is kept."""

mask(Employee, *MASKED)
keep_from_lists(Employee, *PRIVATE)


def is_subject(viewer: User, employee: Employee) -> bool:
    """Whether the viewer is the person: to them no page says that a dismissal review is due (1-4.3.4)."""
    return is_about(viewer, employee.pk)
