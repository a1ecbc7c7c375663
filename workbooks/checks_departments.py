"""Departments that people are in, or were, stay in their system."""

from django.utils.translation import gettext as _

from workbooks.company import Company
from workbooks.problems import Problems


def check_departments(company: Company, problems: Problems) -> None:
    """Refuse to move a department to the other system under people hired or moved into it: their pay hangs on it."""
    peopled = {
        entry["department"]
        for name in ("employees", "events")
        for entry in company[name].entries.values()
        if not entry.is_touched
    }
    for department in company["departments"].touched:
        if "system" in department.changed and department["code"] in peopled:
            department.refuse(problems, "system", _("people are or were posted here: make a new department instead"))
