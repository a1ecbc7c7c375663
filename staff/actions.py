"""Writes of branches, departments, people and their events, targets, absences, minimum wages and opening data.

Each takes what is new and what changed, checked before, and writes it in a statement or two; `by` answers for it.
Posts and ranks held follow from the events: see careers/actions.py.
"""

from collections.abc import Sequence

from access.actor import Actor
from access.history.acting import action
from access.refusals import Refused
from periods.bulk import update_rows, write_rows
from staff.careers.selectors_own import why_not_entered
from staff.log_ins.actions import link_log_in
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    Target,
)


class AbsenceRefused(Refused):
    """An absence is not another's to enter or take back; `reason` says whose."""


@action
def save_branches(
    *, new: Sequence[Branch], changed: Sequence[Branch], fields: Sequence[str] = ("name",), by: Actor
) -> None:
    """Write branches."""
    write_rows(Branch, new=new, changed=changed, fields=fields)


@action
def save_departments(
    *,
    new: Sequence[Department],
    changed: Sequence[Department],
    fields: Sequence[str] = ("name", "branch", "system", "function"),
    by: Actor,
) -> None:
    """Write departments, all but their managers, who may have to be written first."""
    write_rows(Department, new=new, changed=changed, fields=fields)


@action
def appoint_managers(*, departments: Sequence[Department], by: Actor) -> None:
    """Write the managers of saved departments."""
    update_rows(Department, departments, ["manager"])


@action
def save_employees(
    *,
    new: Sequence[Employee],
    changed: Sequence[Employee],
    fields: Sequence[str] = (
        "name",
        "hired_on",
        "rank_since",
        "id_number",
        "bank_name",
        "bank_account",
        "phone",
        "email",
    ),
    by: Actor,
) -> None:
    """Write people; where they are posted is told by their events."""
    write_rows(Employee, new=new, changed=changed, fields=fields)


@action
def save_personnel_events(
    *,
    new: Sequence[PersonnelEvent],
    changed: Sequence[PersonnelEvent],
    fields: Sequence[str] = ("date", "kind", "new_department", "new_rank", "new_base_salary"),
    by: Actor,
) -> None:
    """Write hires and moves."""
    write_rows(PersonnelEvent, new=new, changed=changed, fields=fields)


@action
def remove_personnel_event(*, event: PersonnelEvent, by: Actor) -> None:
    """Take back a move; the posts that followed from it are brought in line afterwards."""
    event.delete()


@action
def save_absences(
    *, new: Sequence[Absence], changed: Sequence[Absence], fields: Sequence[str] = ("end", "kind", "note"), by: Actor
) -> None:
    """Write absences."""
    write_rows(Absence, new=new, changed=changed, fields=fields)


@action
def enter_absence(*, absence: Absence, is_new: bool, by: Actor) -> None:
    """Write one absence. Raises AbsenceRefused for who is away themselves."""
    if own := why_not_entered(by, absence.employee_id):
        raise AbsenceRefused(own)
    save_absences(new=[absence] if is_new else [], changed=[] if is_new else [absence], by=by)


@action
def save_targets(
    *, new: Sequence[Target], changed: Sequence[Target], fields: Sequence[str] = ("amount",), by: Actor
) -> None:
    """Write branches' monthly targets."""
    write_rows(Target, new=new, changed=changed, fields=fields)


@action
def save_opening_states(
    *, new: Sequence[OpeningState], changed: Sequence[OpeningState], fields: Sequence[str], by: Actor
) -> None:
    """Write what people bring along at go-live."""
    write_rows(OpeningState, new=new, changed=changed, fields=fields)


@action
def save_opening_sales(
    *, new: Sequence[OpeningSales], changed: Sequence[OpeningSales], fields: Sequence[str], by: Actor
) -> None:
    """Write people's sales of months before go-live."""
    write_rows(OpeningSales, new=new, changed=changed, fields=fields)


@action
def change_employee(*, employee: Employee, by: Actor) -> None:
    """Write what a saved person is called, how they are reached and paid, and which log-in is theirs.

    Raises AccountRefused for a log-in that can't be theirs or that whoever acts may not link (link_log_in).
    """
    linked = Employee.objects.select_for_update().values_list("user", flat=True).get(pk=employee.pk)
    if linked != employee.user_id:
        link_log_in(employee=employee, user=employee.user, by=by)
    employee.save(update_fields=["name", "id_number", "bank_name", "bank_account", "phone", "email", "user"])


@action
def remove_absence(*, absence: Absence, by: Actor) -> None:
    """Take back an absence. Raises AbsenceRefused for who was away themselves."""
    if own := why_not_entered(by, absence.employee_id):
        raise AbsenceRefused(own)
    absence.delete()


@action
def remove_target(*, target: Target, by: Actor) -> None:
    """Take back a branch's target of a month."""
    target.delete()


@action
def save_minimum_wage(wage: MinimumWage, *, by: Actor) -> None:
    """Write a city's minimum wage, new or changed."""
    wage.save()


@action
def remove_minimum_wage(wage: MinimumWage, *, by: Actor) -> None:
    """Delete a minimum wage that was entered wrongly."""
    wage.delete()
