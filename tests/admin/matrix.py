"""Every address of the site, from the URL resolver, with who may ask for it and who may send something to it.

An address that is not classified here fails the matrix (test_matrix.py): a new page begins with a line in this file.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.http import urlencode

from access.models import User
from access.rights import is_sealed
from clients.models import (
    Assignment,
    AssignmentBatch,
    BankLine,
    BankStatement,
    Client,
    FollowUp,
    Handover,
    PoolClaim,
    PoolRule,
    ProtectionTerms,
)
from compensation.models import AwardDecision, AwardRecommendation, CommissionLine, Correction, Payslip, SupportWeight
from funds.models import FundClaim
from monthend.models import Deputy
from monthend.preview.models import Preview
from periods.models import Period
from rulebook.models import Interpretation, PlanDraft
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    PersonnelEvent,
    RankDecision,
    Review,
    Target,
)
from tests.admin.cast import MANAGEMENT, OF_BRANCH, House, Role, Side
from tests.admin.test_reach import BY_PERSON, asked_from, expected, is_of
from tests.firm import APRIL
from workbooks.models import ParallelRun, Upload

STAFF = frozenset(Role) - {Role.SALESPERSON}
HR = frozenset({Role.HR})
FINANCE = frozenset({Role.FINANCE})
SUPPOSERS = frozenset({Role.HR, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER})
PAYROLL = frozenset({Role.HR, Role.FINANCE})
ASSIGNERS = frozenset({Role.HR, Role.MARKETING_DIRECTOR, *OF_BRANCH})
EVERYBODY = frozenset(Role)
DRAFTERS = frozenset({Role.HR, Role.MARKETING_DIRECTOR})
KEEPERS = frozenset({Role.HR, *OF_BRANCH})
IMPORTS_READERS = frozenset({Role.HR, Role.FINANCE, Role.AUDITOR})

# Who adds, changes and deletes; whoever is not named here may not.
WRITERS: dict[type[Model], dict[str, frozenset[Role]]] = {
    User: {"add": frozenset({Role.OPERATOR}), "change": frozenset({Role.OPERATOR, Role.HR})},
    Branch: {"add": HR, "change": HR},
    Department: {"add": HR, "change": HR},
    Employee: {"change": HR},
    PersonnelEvent: {"add": HR, "delete": HR},
    RankDecision: {"add": HR},
    Absence: {"add": HR, "change": HR, "delete": HR},
    Target: {"add": HR, "change": HR, "delete": HR},
    Client: {"add": KEEPERS, "change": HR},
    FollowUp: {"add": KEEPERS},
    PoolClaim: {"add": KEEPERS},
    ProtectionTerms: dict.fromkeys(("add", "change", "delete"), DRAFTERS),
    FundClaim: {"add": HR, "change": HR, "delete": HR},
    SupportWeight: dict.fromkeys(("add", "change", "delete"), frozenset({Role.BRANCH_GM})),
    Correction: {"add": HR, "delete": HR},
    AwardRecommendation: dict.fromkeys(("add", "delete"), frozenset({Role.BRANCH_GM})),
    AwardDecision: {"add": HR},
    Assignment: {"add": ASSIGNERS},
    AssignmentBatch: {"add": ASSIGNERS},
    PoolRule: {"add": HR, "change": HR},
    Preview: {"add": SUPPOSERS, "delete": SUPPOSERS},
    Deputy: dict.fromkeys(("add", "change"), frozenset({Role.MARKETING_DIRECTOR})),
    MinimumWage: {"add": HR, "change": HR, "delete": HR},
    PlanDraft: {"add": DRAFTERS},
    Interpretation: {"add": frozenset({Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER})},
    Upload: {"add": HR, "change": HR, "delete": HR},
    ParallelRun: {"add": PAYROLL, "delete": PAYROLL},
    BankStatement: dict.fromkeys(("add", "change", "delete"), FINANCE),
    BankLine: {"change": FINANCE},
}


@dataclass(frozen=True)
class Visit:
    """An address, and whether one may ask for it and send to it; None where it takes no such request (405)."""

    url: str
    get: bool | None
    post: bool | None


Visits = Callable[[House, str], Iterator[Visit]]


def patterns() -> dict[str, URLPattern]:
    """Every pattern of the site by what it is called; one without a name by its route."""
    return {name or route: pattern for route, name, pattern in _walk(get_resolver())}


def _walk(resolver: URLResolver, route: str = "", namespace: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in resolver.url_patterns:
        at = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, at, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield at, f"{namespace}{pattern.name}" if pattern.name else "", pattern


def classified() -> dict[str, Visits]:
    """What is asked of each pattern, by its name or route."""
    pages = dict(OWN_PAGES)
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        for view in ("changelist", "add", "history", "delete", "change"):
            pages[f"admin:{label}_{view}"] = _of_model(model, view)
        pages[f"admin/{model._meta.app_label}/{model._meta.model_name}/<path:object_id>/"] = _shortcut(model)
    return pages


@cache
def _near_and_far(house: House, role: str, model: type[Model]) -> tuple[list[Any], set[object]]:
    """Rows to ask for, and the keys of all that is within reach; told once for the five pages of a model."""
    return rows_near_and_far(house, role, model), expected(house, role, model) if role in STAFF else set()


def _of_model(model: type[Model], view: str) -> Visits:
    """One of the five pages that the admin makes for a model."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"
        rows, seen = _near_and_far(house, role, model)
        writes = role in WRITERS.get(model, {}).get(view, frozenset())
        if view == "changelist":
            yield Visit(reverse(name), bool(seen), bool(seen))
        elif view == "add":
            yield Visit(reverse(name), writes, writes)
        else:
            for row in rows:
                reached = row.pk in seen
                may_write = reached and writes and not is_sealed(row) and _is_theirs(house, role, row)
                read = may_write if view == "delete" else reached
                yield Visit(reverse(name, args=[row.pk]), read, read if view == "history" else may_write)

    return visits


def _is_theirs(house: House, role: str, row: Model) -> bool:
    """Whether a row that belongs to whoever asked for it or appointed is this log-in's."""
    match row:
        case User():
            return looked_after(house, role, row)
        case Preview():
            return row.asked_by == house.users[role]
        case Deputy():
            return row.principal == house.users[role] and row.end >= timezone.localdate()
    return True


def _shortcut(model: type[Model]) -> Visits:
    """The address without a view's name, which leads on to the record's page and tells nothing."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        row = model._default_manager.earliest("pk")
        list_page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        yield Visit(f"{list_page}{row.pk}/", role in STAFF, role in STAFF)

    return visits


def rows_near_and_far(house: House, role: str, model: type[Model]) -> list[Any]:
    """One row of the viewer's own, one of the own branch and one of the other branch, as far as there are such."""
    rows = list(model._default_manager.order_by("pk"))
    person = Employee.objects.filter(user=house.users[role]).first()
    kinds: list[Callable[[Any], bool]] = [
        lambda row: model in BY_PERSON and person is not None and BY_PERSON[model](row) == person.pk,
        lambda row: _lies_in(house.north, row),
        lambda row: _lies_in(house.south, row),
    ]
    found = [next((row for row in rows if is_kind(row)), None) for is_kind in kinds]
    chosen = {row.pk: row for row in found if row is not None} or {row.pk: row for row in rows[:1]}
    return list(chosen.values())


def _lies_in(side: Side, row: Any) -> bool:
    try:
        return is_of(side, row)
    except KeyError:  # of the company: belongs to no branch
        return False


def _page(url: str, roles: Collection[str], *, get: bool | None = True, post: bool | None = True) -> Visits:
    """A page that is the same for all who may enter; `get` and `post` tell which requests it takes."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        yield Visit(url, get and role in roles, post and role in roles)

    return visits


def _month(view: str, *, get: bool | None = True, post: bool | None = True) -> Visits:
    """A page of a month, for who answers for a branch or more."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        enters = role in STAFF - {Role.OPERATOR}
        url = reverse(f"admin:periods_period_{view}", args=[Period.objects.get(month=APRIL).pk])
        yield Visit(url, get and enters, post and enters)

    return visits


def _autocomplete(house: House, role: str) -> Iterator[Visit]:
    """What forms complete: people, clients, and log-ins for who links them."""
    completed: tuple[tuple[type[Model], str, Collection[str]], ...] = (
        (SupportWeight, "employee", STAFF - {Role.OPERATOR}),
        (FundClaim, "client", STAFF - {Role.OPERATOR}),
        (Employee, "user", (Role.HR, Role.AUDITOR, Role.OPERATOR)),
    )
    for model, field, roles in completed:
        yield Visit(f"{reverse('admin:autocomplete')}?{urlencode(asked_from(model, field))}", role in roles, None)


def _app_list(house: House, role: str) -> Iterator[Visit]:
    """The models of each app, as far as one may see any."""
    for label in sorted({model._meta.app_label for model in admin.site._registry}):
        models = [model for model in apps.get_app_config(label).get_models() if model in admin.site._registry]
        enters = role in STAFF and any(_near_and_far(house, role, model)[1] for model in models)
        yield Visit(reverse("admin:app_list", args=[label]), enters, enters)


def _preview_file(house: House, role: str) -> Iterator[Visit]:
    """A preview's workbook."""
    pk = Preview.objects.earliest("pk").pk
    yield Visit(reverse("workbooks:preview", args=[pk]), role in MANAGEMENT, None)


def _year_of_targets(house: House, role: str) -> Iterator[Visit]:
    """A year's targets, for who answers for a branch or more; HR writes them."""
    yield Visit(reverse("admin:staff_target_year", args=[2011]), role in STAFF - {Role.OPERATOR}, role in HR)


def _targets_of_people(house: House, role: str) -> Iterator[Visit]:
    """How each branch's target is given out, for who does it."""
    for target in rows_near_and_far(house, role, Target):
        gives = role in {Role.HR, *OF_BRANCH} and target.pk in expected(house, role, Target)
        yield Visit(reverse("admin:staff_target_people", args=[target.pk]), gives, gives)


def _answer(house: House, role: str) -> Iterator[Visit]:
    """What is said to an orphan handed over, for those who may assign and see its developer."""
    for handover in Handover.objects.all():
        may = role in ASSIGNERS and handover.pk in expected(house, role, Handover)
        yield Visit(reverse("admin:clients_handover_answer", args=[handover.pk]), may, may)


def _own_answer(house: House, role: str) -> Iterator[Visit]:
    """The same of oneself, in the portal."""
    for handover in Handover.objects.select_related("developer"):
        is_own = handover.developer.user == house.users[role]
        yield Visit(reverse("portal:answer", args=[handover.pk]), is_own, is_own)


def _draft(view: str, roles: Collection[str]) -> Visits:
    """A page of a draft of the plan."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        url = reverse(f"admin:rulebook_plandraft_{view}", args=[PlanDraft.objects.earliest("pk").pk])
        yield Visit(url, role in roles, role in roles)

    return visits


def _review(house: House, role: str) -> Iterator[Visit]:
    """What HR does about a dismissal review and the marketing director about the lowest rank."""
    for review in Review.objects.all():
        wanted = Role.HR if review.kind == Review.Kind.DISMISSAL else Role.MARKETING_DIRECTOR
        yield Visit(reverse("admin:staff_review_act", args=[review.pk, "step"]), role == wanted, role == wanted)


def _award(house: House, role: str) -> Iterator[Visit]:
    """What the general manager does about a decision of HR's."""
    for decision in AwardDecision.objects.all():
        signs = role == Role.GENERAL_MANAGER
        yield Visit(reverse("admin:compensation_award_act", args=[decision.pk, "sign"]), signs, signs)


def _rank_decision(house: House, role: str) -> Iterator[Visit]:
    """What HR does about a decision on a rank; who signs it is asked in its own tests."""
    for row in rows_near_and_far(house, role, RankDecision):
        yield Visit(reverse("admin:staff_rankdecision_act", args=[row.pk, "withdraw"]), role in HR, role in HR)


def _document(house: House, role: str) -> Iterator[Visit]:
    """The document of each near and far decision on a rank."""
    seen = expected(house, role, RankDecision) if role in STAFF else set()
    for row in rows_near_and_far(house, role, RankDecision):
        yield Visit(reverse("admin:staff_rankdecision_file", args=[row.pk]), row.pk in seen, None)


def _uploaded(house: House, role: str) -> Iterator[Visit]:
    """Each uploaded workbook."""
    for upload in Upload.objects.all():
        yield Visit(reverse("workbooks:upload", args=[upload.pk]), role in PAYROLL, None)


def _marked(house: House, role: str) -> Iterator[Visit]:
    """The marked copy of each uploaded workbook that has errors; the others have none."""
    for upload in Upload.objects.all():
        is_there = upload.state == Upload.State.REFUSED
        yield Visit(reverse("workbooks:marked", args=[upload.pk]), is_there and role in PAYROLL, None)


def _in_parallel(house: House, role: str) -> Iterator[Visit]:
    """A comparison with an old payroll as a workbook."""
    pk = ParallelRun.objects.earliest("pk").pk
    yield Visit(reverse("workbooks:parallel", args=[pk]), role in IMPORTS_READERS, None)


def _open_pool(house: House, role: str) -> Iterator[Visit]:
    """The open pool, from which some claim."""
    yield Visit(reverse("admin:clients_lapse_open_pool"), role in STAFF - {Role.OPERATOR}, role in KEEPERS)


def _reconciled(house: House, role: str) -> Iterator[Visit]:
    """A reconciliation with the bank as a workbook."""
    pk = BankStatement.objects.earliest("pk").pk
    yield Visit(reverse("workbooks:bank", args=[pk]), role in IMPORTS_READERS, None)


def looked_after(house: House, role: str, user: User) -> bool:
    """Whether a role looks after a log-in: HR the branches', the operator all, nobody the own."""
    cares = {Role.HR: [Role.SALESPERSON, *OF_BRANCH], Role.OPERATOR: list(Role)}
    return user.role in cares.get(Role(role), []) and user != house.users[role]


def _care(house: House, role: str) -> Iterator[Visit]:
    """What is done about log-ins: a manager's, finance's, one's own."""
    for user in (house.users[Role.BRANCH_GM], house.users[Role.FINANCE], house.users[role]):
        may = looked_after(house, role, user)
        yield Visit(reverse("admin:access_user_care", args=[user.pk]), may, may)


def _numbers(house: House, role: str) -> Iterator[Visit]:
    """The page of each near and far person's masked numbers."""
    for row in rows_near_and_far(house, role, Employee):
        asks = role in (Role.HR, Role.FINANCE)
        yield Visit(reverse("admin:staff_employee_numbers", args=[row.pk]), asks, asks)


def _own_month(view: str) -> Visits:
    """A page of the own pay, for who is paid."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        paid = Payslip.objects.filter(employee__user=house.users[role], month=APRIL).exists()
        yield Visit(reverse(f"portal:{view}", args=[APRIL]), paid, None)

    return visits


def _own_line(house: House, role: str) -> Iterator[Visit]:
    """The own line, a colleague's, one of the other branch's."""
    for row in rows_near_and_far(house, role, CommissionLine):
        yield Visit(reverse("portal:line", args=[row.month, row.pk]), row.employee.user == house.users[role], None)


def _log_out(house: House, role: str) -> Iterator[Visit]:
    """The end of a log-in, by a button alone; to who may not enter the admin a link there says nothing."""
    yield Visit(reverse("admin:logout"), None if role in STAFF else True, True)


PUBLIC = {
    **dict.fromkeys(("portal:login", "portal:welcome", "admin:logout", "set_language", "favicon.ico"), ("GET", "POST")),
    "portal:logout": ("POST",),
}
"""What is there for who has not logged in; every other address asks for a log-in, or refuses."""

OWN_PAGES: dict[str, Visits] = {
    "admin:index": _page("/admin/", STAFF),
    "admin:search": _page("/admin/search/?s=0", STAFF),
    "admin:login": _page("/admin/login/?next=/", (), post=False),
    "admin:password_change": _page("/admin/password_change/", STAFF),
    "admin:password_change_done": _page("/admin/password_change/done/", STAFF, post=None),
    "admin:autocomplete": _autocomplete,
    "admin:jsi18n": _page("/admin/jsi18n/", STAFF, post=None),
    "admin:view_on_site": _page("/admin/r/1/1/", ()),
    "admin:app_list": _app_list,
    "admin/(?P<url>.*)$": _page("/admin/no/such/page", ()),
    "admin:access_user_care": _care,
    "admin:clients_handover_answer": _answer,
    "admin:staff_employee_numbers": _numbers,
    "admin:staff_employee_log_ins": _page("/admin/staff/employee/log-ins/", HR),
    "admin:periods_period_waiting": _page("/admin/periods/period/waiting/", STAFF - {Role.OPERATOR}),
    "admin:periods_period_charts": _page("/admin/periods/period/charts/", STAFF - {Role.OPERATOR}),
    "admin:staff_review_act": _review,
    "admin:compensation_award_years": _page("/admin/compensation/awarddecision/year/", STAFF - {Role.OPERATOR}),
    "admin:compensation_award_year": _page("/admin/compensation/awarddecision/year/2011/", STAFF - {Role.OPERATOR}),
    "admin:compensation_award_act": _award,
    "admin:staff_rankdecision_act": _rank_decision,
    "admin:staff_rankdecision_file": _document,
    "admin:periods_period_compute": _page("/admin/periods/period/compute/", STAFF - {Role.OPERATOR}),
    "admin:periods_period_act": _month("act"),
    "admin:periods_period_progress": _month("progress"),
    "admin:periods_period_results": _month("results"),
    "admin:staff_target_years": _page("/admin/staff/target/year/", STAFF - {Role.OPERATOR}),
    "admin:staff_target_year": _year_of_targets,
    "admin:staff_target_people": _targets_of_people,
    "admin:clients_lapse_open_pool": _open_pool,
    "admin:rulebook_law": _page("/admin/rulebook/planversion/law/", STAFF - {Role.OPERATOR}),
    "admin:rulebook_article": _page("/admin/rulebook/planversion/law/1-4.1/", STAFF - {Role.OPERATOR}),
    "admin:rulebook_plandraft_act": _draft("act", MANAGEMENT),
    "admin:rulebook_plandraft_edit": _draft("edit", DRAFTERS),
    "admin:rulebook_plandraft_preview": _draft("preview", MANAGEMENT),
    "admin:rulebook_plandraft_text": _draft("text", MANAGEMENT),
    "set_language": _page("/i18n/setlang/", EVERYBODY),
    "workbooks:payroll": _page("/workbooks/payroll-2011-04.xlsx", PAYROLL, post=None),
    "workbooks:preview": _preview_file,
    "workbooks:parallel": _in_parallel,
    "workbooks:bank": _reconciled,
    "workbooks:awards": _page("/workbooks/awards-2011.xlsx", HR, post=None),
    "workbooks:upload": _uploaded,
    "workbooks:marked": _marked,
    "workbooks:template": _page("/workbooks/template.xlsx", HR, post=None),
    "workbooks:example": _page("/workbooks/template-employees.xlsx", HR, post=None),
    "favicon.ico": _page("/favicon.ico", EVERYBODY),
    "portal:landing": _page("/", EVERYBODY, post=None),
    "portal:home": _page("/pay/", EVERYBODY, post=None),
    "portal:month": _own_month("month"),
    "portal:receipts": _own_month("receipts"),
    "portal:line": _own_line,
    "portal:orphans": _page("/orphans/", EVERYBODY, post=None),
    "portal:answer": _own_answer,
    "portal:login": _page("/login/", EVERYBODY),
    "portal:welcome": _page("/welcome/MQ/no-such-link/", EVERYBODY),
    "portal:log_ins": _page("/log-ins/", EVERYBODY, post=None),
    "portal:second_factor": _page("/second-factor/", EVERYBODY),
    "portal:set_up_second_factor": _page("/second-factor/set-up/", EVERYBODY),
    "portal:password": _page("/password/", EVERYBODY),
    # Last, since it is the end of a log-in.
    "admin:logout": _log_out,
    "portal:logout": _page("/logout/", EVERYBODY, get=None),
}
