"""What of a person only few are shown."""

from access.models import User

PRIVATE = ("id_number", "bank_name", "bank_account", "phone", "email", "user")
"""Fields of a person that only some roles are shown."""

SEES_PRIVATE = (User.Role.HR, User.Role.FINANCE, User.Role.AUDITOR)
