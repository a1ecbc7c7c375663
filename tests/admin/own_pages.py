"""Every address that is no model's list or form, with who may ask for it; a new page begins with a line here."""

from collections.abc import Collection, Iterator

from django.apps import apps
from django.contrib import admin
from django.db.models import Exists, Model, OuterRef
from django.urls import reverse
from django.utils.http import urlencode

from api.models import Token
from clients.models import (
    BankStatement,
    Handover,
)
from compensation.models import AwardDecision, CommissionLine, Payslip, SupportWeight
from disputes.models import Dispute, Evidence, Party, Violation
from funds.models import FundClaim
from monthend.preview.models import Preview
from periods.models import Period
from portal.selectors import own_pay
from rulebook.models import PlanDraft
from staff.models import (
    Branch,
    Employee,
    RankDecision,
    Review,
    Target,
)
from tests.admin.cast import MANAGEMENT, OF_BRANCH, House, Role
from tests.admin.reaching import asked_from, expected
from tests.admin.visits import Visit, Visits, looked_after, month_page, near_and_far, page, rows_near_and_far
from tests.admin.writers import ASSIGNERS, DRAFTERS, EVERYBODY, HR, IMPORTS_READERS, KEEPERS, PAYROLL, STAFF
from tests.firm import APRIL, MAY
from workbooks.models import ParallelRun, Upload


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
        enters = role in STAFF and any(near_and_far(house, role, model)[1] for model in models)
        yield Visit(reverse("admin:app_list", args=[label]), enters, enters)


def _changes(house: House, role: str) -> Iterator[Visit]:
    """What changed since the month before, and what was done by hand, for who sees the whole company's pay."""
    may = role in MANAGEMENT
    for part in ("changes", "by_hand"):
        yield Visit(reverse(f"admin:periods_period_{part}", args=[Period.objects.get(month=MAY).pk]), may, may)


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


def _weights(view: str, sends: Collection[str]) -> Visits:
    """The weights of each branch within reach, written by who gives some of them."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        for side in (house.north, house.south):
            url = reverse(f"admin:compensation_supportweight_{view}", args=["2011-05", side.branch.pk])
            reads = role in STAFF - {Role.OPERATOR} and side.branch.pk in expected(house, role, Branch)
            yield Visit(url, reads, reads and role in sends)

    return visits


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


def _paid(house: House, role: str) -> bool:
    """Whether the log-in is somebody's who sees the own pay, and so can raise a dispute."""
    return own_pay(house.users[role]) is not None


def _raise_dispute(house: House, role: str) -> Iterator[Visit]:
    """Raised by who sees the own pay."""
    yield Visit(reverse("portal:raise_dispute"), _paid(house, role), _paid(house, role))


def _own_dispute(view: str, *, is_read: bool, is_sent: bool) -> Visits:
    """A page of a dispute in the portal, for its parties; the same answer for one that isn't there."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        parties = Party.objects.filter(employee__user=house.users[role], dispute__number=OuterRef("number"))
        for number, is_own in Dispute.objects.values_list("number", Exists(parties)):
            is_theirs = is_own and _paid(house, role)
            where = reverse(f"portal:{view}", args=[number])
            yield Visit(where, is_theirs if is_read else None, is_theirs if is_sent else None)
        nowhere = reverse(f"portal:{view}", args=["Z2011-9999"])
        yield Visit(nowhere, False if is_read else None, False if is_sent else None)

    return visits


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


def _evidence(house: House, role: str) -> Iterator[Visit]:
    """Each file of evidence, for who sees its dispute."""
    for row in Evidence.objects.exclude(stored_as=""):
        yield Visit(reverse("disputes:evidence", args=[row.stored_as]), row.pk in expected(house, role, Evidence), None)


def _dispute(view: str) -> Visits:
    """A part of each dispute's page, for who sees the dispute; what a ruling would do only once one waits."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        seen = expected(house, role, Dispute) if role in STAFF else set()
        for row in rows_near_and_far(house, role, Dispute):
            yield Visit(
                reverse(f"admin:disputes_dispute_{view}", args=[row.pk]), view == "known" and row.pk in seen, None
            )

    return visits


def _dispute_act(house: House, role: str) -> Iterator[Visit]:
    """What human resources does about a dispute; what each one is offered is asked in its own tests."""
    for row in rows_near_and_far(house, role, Dispute):
        yield Visit(reverse("admin:disputes_dispute_act", args=[row.pk, "refuse"]), role in HR, role in HR)


def _circular(house: House, role: str) -> Iterator[Visit]:
    """The circular of each violation: in the house none is a demotion, so there is none; who issues one is asked in its
    own tests."""
    for row in rows_near_and_far(house, role, Violation):
        yield Visit(reverse("admin:disputes_violation_circular", args=[row.pk]), False, None)


def _token(house: House, role: str) -> Iterator[Visit]:
    """Revoking a token, for who looks after log-ins."""
    for token in Token.objects.all():
        revokes = role == Role.OPERATOR
        yield Visit(reverse("admin:api_token_revoke", args=[token.pk]), revokes, revokes)


def _violation_record(house: House, role: str) -> Iterator[Visit]:
    """What human resources records on a dispute."""
    for row in rows_near_and_far(house, role, Dispute):
        yield Visit(reverse("admin:disputes_violation_record", args=[row.pk]), role in HR, role in HR)


def _violation_act(house: House, role: str) -> Iterator[Visit]:
    """What who signs decisions does about a violation."""
    signs = role in (Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER)
    for row in rows_near_and_far(house, role, Violation):
        yield Visit(reverse("admin:disputes_violation_act", args=[row.pk, "sign"]), signs, signs)


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
        where = reverse("portal:line", args=[row.month, row.receipt_id, row.kind])
        yield Visit(where, row.employee.user == house.users[role], None)


def _log_out(house: House, role: str) -> Iterator[Visit]:
    """The end of a log-in, by a button alone; to who may not enter the admin a link there says nothing."""
    yield Visit(reverse("admin:logout"), None if role in STAFF else True, True)


PUBLIC = {
    **dict.fromkeys(("portal:login", "portal:welcome", "admin:logout", "set_language", "favicon.ico"), ("GET", "POST")),
    "portal:logout": ("POST",),
}
"""What is there for who has not logged in; every other address asks for a log-in, or refuses."""

OWN_PAGES: dict[str, Visits] = {
    "admin:index": page("/admin/", STAFF),
    "admin:search": page("/admin/search/?s=0", STAFF),
    "admin:login": page("/admin/login/?next=/", (), post=False),
    "admin:password_change": page("/admin/password_change/", STAFF),
    "admin:password_change_done": page("/admin/password_change/done/", STAFF, post=None),
    "admin:autocomplete": _autocomplete,
    "admin:jsi18n": page("/admin/jsi18n/", STAFF, post=None),
    "admin:view_on_site": page("/admin/r/1/1/", ()),
    "admin:app_list": _app_list,
    "admin/(?P<url>.*)$": page("/admin/no/such/page", ()),
    "admin:access_user_care": _care,
    "admin:api_token_revoke": _token,
    "admin:clients_handover_answer": _answer,
    "admin:staff_employee_numbers": _numbers,
    "admin:clients_assignment_pick": page("/admin/clients/assignment/pick/?s=0", ASSIGNERS, post=None),
    "admin:staff_employee_pick": page("/admin/staff/employee/pick/?s=0", STAFF - {Role.OPERATOR}, post=None),
    "admin:staff_employee_log_ins": page("/admin/staff/employee/log-ins/", HR),
    "admin:staff_employee_pay_changes": page(
        "/admin/staff/employee/pay-changes/", (Role.HR, Role.FINANCE, Role.GENERAL_MANAGER)
    ),
    "admin:periods_period_waiting": page("/admin/periods/period/waiting/", STAFF - {Role.OPERATOR}),
    "admin:periods_period_charts": page("/admin/periods/period/charts/", STAFF - {Role.OPERATOR}),
    "admin:staff_review_act": _review,
    "admin:compensation_award_years": page("/admin/compensation/awarddecision/year/", STAFF - {Role.OPERATOR}),
    "admin:compensation_award_year": page("/admin/compensation/awarddecision/year/2011/", STAFF - {Role.OPERATOR}),
    "admin:compensation_award_act": _award,
    "admin:staff_rankdecision_act": _rank_decision,
    "admin:staff_rankdecision_file": _document,
    "admin:periods_period_compute": page("/admin/periods/period/compute/", STAFF - {Role.OPERATOR}),
    "admin:periods_period_act": month_page("act"),
    "admin:periods_period_remind": month_page("remind"),
    "admin:periods_period_progress": month_page("progress"),
    "admin:periods_period_results": month_page("results"),
    "admin:periods_period_changes": _changes,
    "admin:periods_period_by_hand": _changes,
    "admin:staff_target_years": page("/admin/staff/target/year/", STAFF - {Role.OPERATOR}),
    "admin:staff_target_year": _year_of_targets,
    "admin:staff_target_people": _targets_of_people,
    "admin:compensation_supportweight_due": page("/admin/compensation/supportweight/table/", STAFF - {Role.OPERATOR}),
    "admin:compensation_supportweight_branches": page(
        "/admin/compensation/supportweight/table/2011-05/", STAFF - {Role.OPERATOR}
    ),
    "admin:compensation_supportweight_table": _weights("table", {Role.MARKETING_DIRECTOR}),
    "admin:compensation_supportweight_shares": _weights("shares", STAFF),
    "admin:clients_lapse_open_pool": _open_pool,
    "admin:rulebook_law": page("/admin/rulebook/planversion/law/", STAFF - {Role.OPERATOR}),
    "admin:rulebook_article": page("/admin/rulebook/planversion/law/1-4.1/", STAFF - {Role.OPERATOR}),
    "admin:rulebook_plandraft_act": _draft("act", MANAGEMENT),
    "admin:rulebook_plandraft_edit": _draft("edit", DRAFTERS),
    "admin:rulebook_plandraft_preview": _draft("preview", MANAGEMENT),
    "admin:rulebook_plandraft_text": _draft("text", MANAGEMENT),
    "admin:disputes_workingday_years": page("/admin/disputes/workingday/year/", STAFF - {Role.OPERATOR}),
    "admin:disputes_workingday_year": page("/admin/disputes/workingday/year/2026/", STAFF - {Role.OPERATOR}),
    "disputes:evidence": _evidence,
    "admin:disputes_dispute_known": _dispute("known"),
    "admin:disputes_dispute_effect": _dispute("effect"),
    "admin:disputes_dispute_act": _dispute_act,
    "admin:disputes_dispute_waiting": page("/admin/disputes/dispute/waiting/", STAFF, post=None),
    "admin:disputes_dispute_figures": page(
        "/admin/disputes/dispute/figures/", STAFF - {Role.OPERATOR, Role.FINANCE}, post=None
    ),
    "admin:disputes_violation_record": _violation_record,
    "admin:disputes_violation_act": _violation_act,
    "admin:disputes_violation_circular": _circular,
    "set_language": page("/i18n/setlang/", EVERYBODY),
    "workbooks:payroll": page("/workbooks/payroll-2011-04.xlsx", PAYROLL, post=None),
    "workbooks:preview": _preview_file,
    "workbooks:parallel": _in_parallel,
    "workbooks:bank": _reconciled,
    "workbooks:awards": page("/workbooks/awards-2011.xlsx", HR, post=None),
    "workbooks:upload": _uploaded,
    "workbooks:marked": _marked,
    "workbooks:template": page("/workbooks/template.xlsx", HR, post=None),
    "workbooks:example": page("/workbooks/template-employees.xlsx", HR, post=None),
    "favicon.ico": page("/favicon.ico", EVERYBODY),
    "portal:landing": page("/", EVERYBODY, post=None),
    "portal:home": page("/pay/", EVERYBODY, post=None),
    "portal:month": _own_month("month"),
    "portal:receipts": _own_month("receipts"),
    "portal:line": _own_line,
    "portal:orphans": page("/orphans/", EVERYBODY, post=None),
    "portal:answer": _own_answer,
    "portal:disputes": page("/disputes/", EVERYBODY, post=None),
    "portal:raise_dispute": _raise_dispute,
    "portal:dispute": _own_dispute("dispute", is_read=True, is_sent=False),
    "portal:dispute_time_line": _own_dispute("dispute_time_line", is_read=True, is_sent=False),
    "portal:dispute_answer": _own_dispute("dispute_answer", is_read=False, is_sent=True),
    "portal:dispute_evidence": _own_dispute("dispute_evidence", is_read=False, is_sent=True),
    "portal:dispute_take_back": _own_dispute("dispute_take_back", is_read=False, is_sent=True),
    "portal:dispute_offer": _own_dispute("dispute_offer", is_read=True, is_sent=True),
    "portal:login": page("/login/", EVERYBODY),
    "portal:welcome": page("/welcome/MQ/no-such-link/", EVERYBODY),
    "portal:log_ins": page("/log-ins/", EVERYBODY, post=None),
    "portal:second_factor": page("/second-factor/", EVERYBODY),
    "portal:set_up_second_factor": page("/second-factor/set-up/", EVERYBODY),
    "portal:password": page("/password/", EVERYBODY),
    # Last, since it is the end of a log-in.
    "admin:logout": _log_out,
    "portal:logout": page("/logout/", EVERYBODY, get=None),
}
