"""The year's awards: recommended, decided, signed by another, paid once; and the table that they are decided from."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.deletion import ProtectedError
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from access.actor import Actor
from access.models import User
from compensation.awards.actions import (
    AwardRefused,
    AwardTerms,
    decide_award,
    recommend,
    send_award_back,
    sign_award,
    withdraw_recommendation,
)
from compensation.awards.selectors import PersonYear, SalesPlace, months_of, people_of
from compensation.corrections.actions import (
    CorrectionRefused,
    OtherPay,
    effect_of,
    make_correction,
    withdraw_correction,
)
from compensation.models import AwardDecision, AwardKind, AwardRecommendation, Correction, Payslip
from salesorg.databases.clones import Databases
from staff.models import Absence, Employee
from tests.cast import actor_of
from tests.firm import APRIL, JUNE, MAY, Firm, on
from tests.made_once import Made, made_once

pytestmark = pytest.mark.article("1-8")
TODAY = dt.date(2011, 12, 20)
Role, State = User.Role, AwardDecision.State


def actor(role: str, person: Employee | None = None) -> Actor:
    user = User.objects.get_or_create(username=f"u-{role}", defaults={"role": role})[0]
    if person is not None:
        Employee.objects.filter(pk=person.pk).update(user=user)
    return Actor(user)


def viewer(role: str = Role.HR) -> User:
    user = actor(role).user
    assert user is not None
    return user


def sold() -> tuple[Firm, Employee]:
    """Somebody who sold in April, which is locked, and took back more than they sold in May, computed."""
    firm = Firm()
    person = firm.seller("GW")
    sold = firm.sells(person, "90000.00", "04-10")
    firm.close(APRIL)
    firm.receipt(sold.contract, "-20000.00", "05-12", reverses=sold)
    firm.close(MAY, lock=False)
    return firm, person


@pytest.fixture(scope="module")
def made(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Made[tuple[Firm, Employee]]]:
    with made_once(databases, django_db_blocker, sold) as made:
        yield made


@pytest.fixture
def firm(made: Made[tuple[Firm, Employee]]) -> Iterator[Firm]:
    with made.taken_back() as (firm, _person):
        yield firm


@pytest.fixture
def seller(firm: Firm, made: Made[tuple[Firm, Employee]]) -> Employee:
    """Who sold, as nobody has changed them yet."""
    return Employee.objects.get(pk=made.what[1].pk)


def given(person: Employee, kind: str = AwardKind.CHAMPION, **fields: object) -> AwardTerms:
    told = {"outcome": "granted", "reason": "业绩第一", **fields}
    return AwardTerms(year=2011, employee=person, kind=kind, **told)  # type: ignore[arg-type]


def decided(person: Employee, **fields: object) -> AwardDecision:
    return decide_award(given(person, **fields), today=TODAY, by=actor(Role.HR))  # type: ignore[arg-type]


def signed(person: Employee, **fields: object) -> AwardDecision:
    decision = decided(person, **fields)
    return sign_award(decision, shown=decision.digest, by=actor(Role.GENERAL_MANAGER))


def year_of(person: Employee, role: str = Role.HR) -> PersonYear:
    return people_of(months_of(2011), viewer(role), employee=person.pk)[0]


def recommended(person: Employee, by: Actor, kind: str = AwardKind.TRAVEL, **fields: object) -> AwardRecommendation:
    told = {"year": 2011, "reason": "全年出勤", "today": TODAY, **fields}
    return recommend(employee=person, kind=kind, by=by, **told)  # type: ignore[arg-type]


def test_a_branch_recommends_its_own_people_not_the_manager(firm: Firm, seller: Employee) -> None:
    clerk, far = firm.clerk(since="05-01"), firm.seller("ZL", since="05-01", department=firm.south_sales)
    firm.close(MAY, lock=False)
    manager = actor(Role.BRANCH_GM, clerk)
    made = recommended(seller, manager)
    assert (made.made_by, made.reason) == (manager.user, "全年出勤")
    for person in (far, clerk):
        with pytest.raises(AwardRefused) as refused:
            recommended(person, manager)
        assert refused.value.field == "employee"
    for by in (actor(Role.HR), actor(Role.SALES_MANAGER), Actor(None)):
        with pytest.raises(AwardRefused):
            recommended(seller, by)


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        (AwardKind.TRAVEL, {"reason": "  "}, "reason"),
        (AwardKind.SUPPORT, {}, "kind"),
        (AwardKind.TRAVEL, {"year": 2010}, "employee"),
        (AwardKind.TRAVEL, {"year": 2012}, "year"),
    ],
)
def test_a_recommendation_fits_its_person(
    firm: Firm, seller: Employee, kind: str, fields: dict[str, object], wrong: str
) -> None:
    with pytest.raises(AwardRefused) as refused:
        recommended(seller, actor(Role.BRANCH_GM, firm.clerk(since="05-01")), kind, **fields)
    assert refused.value.field == wrong


def test_a_recommendation_is_made_once_and_stands_once_decided(firm: Firm, seller: Employee) -> None:
    manager = actor(Role.BRANCH_GM, firm.clerk(since="05-01"))
    first = recommended(seller, manager)
    with pytest.raises(AwardRefused):
        recommended(seller, manager)
    withdraw_recommendation(first, by=manager)
    second = recommended(seller, manager)
    decided(seller, kind=AwardKind.TRAVEL)
    with pytest.raises(AwardRefused):
        withdraw_recommendation(second, by=manager)
    assert AwardRecommendation.objects.get() == second


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        (AwardKind.CHAMPION, {"reason": " "}, "reason"),
        (AwardKind.CHAMPION, {"amount": Decimal("0.00")}, "amount"),
        (AwardKind.CHAMPION, {"amount": Decimal("-5.00")}, "amount"),
        (AwardKind.CHAMPION, {"amount": Decimal("1.005")}, "amount"),
        (AwardKind.CHAMPION, {"outcome": "declined", "amount": Decimal("1.00")}, "amount"),
        (AwardKind.CHAMPION, {"travel": "海南"}, "travel"),
        (AwardKind.TRAVEL, {"outcome": "declined", "travel": "海南"}, "travel"),
        (AwardKind.SUPPORT, {}, "kind"),
    ],
)
def test_a_decision_is_sound(seller: Employee, kind: str, fields: dict[str, object], wrong: str) -> None:
    with pytest.raises(AwardRefused) as refused:
        decided(seller, kind=kind, **fields)
    assert refused.value.field == wrong
    assert not AwardDecision.objects.exists()


def test_hr_decides_also_without_a_recommendation_and_once(seller: Employee) -> None:
    decision = decided(seller, kind=AwardKind.TRAVEL, travel="海南", amount=Decimal("0.01"))
    assert (decision.state, decision.travel, decision.amount) == (State.DECIDED, "海南", Decimal("0.01"))
    with pytest.raises(AwardRefused):
        decided(seller, kind=AwardKind.TRAVEL)
    for role in (Role.BRANCH_GM, Role.GENERAL_MANAGER, Role.FINANCE):
        with pytest.raises(AwardRefused):
            decide_award(given(seller), today=TODAY, by=actor(role))
    assert decided(seller).kind == AwardKind.CHAMPION


def test_nobody_decides_or_signs_an_own_award(seller: Employee) -> None:
    hr, signer = actor(Role.HR, seller), actor(Role.GENERAL_MANAGER)
    assert hr.user
    assert signer.user
    own = Employee.objects.get(pk=seller.pk)
    with pytest.raises(AwardRefused) as refused:
        decide_award(given(own), today=TODAY, by=hr)
    assert refused.value.field == "employee"
    Employee.objects.filter(pk=seller.pk).update(user=signer.user)
    with pytest.raises(AwardRefused):  # a log-in stays the person's to whom it was linked first
        decide_award(given(Employee.objects.get(pk=seller.pk)), today=TODAY, by=Actor(User.objects.get(pk=hr.user.pk)))
    another = actor_of(Role.HR, "another")
    decision = decide_award(given(Employee.objects.get(pk=seller.pk)), today=TODAY, by=another)
    with pytest.raises(AwardRefused):
        sign_award(decision, shown=decision.digest, by=Actor(User.objects.get(pk=signer.user.pk)))


def test_it_is_sent_back_decided_anew_signed_by_another_and_kept(seller: Employee) -> None:
    decision, signer = decided(seller, amount=Decimal("3000.00")), actor(Role.GENERAL_MANAGER)
    with pytest.raises(AwardRefused):
        send_award_back(decision, shown=decision.digest, reason=" ", by=signer)
    assert send_award_back(decision, shown=decision.digest, reason="金额再议", by=signer).returned_because == "金额再议"
    with pytest.raises(AwardRefused):
        sign_award(decision, shown=decision.digest, by=signer)
    anew = decided(seller, amount=Decimal("2000.00"))
    assert (anew.pk, anew.amount, anew.returned_because) == (decision.pk, Decimal("2000.00"), "")
    User.objects.filter(username=f"u-{Role.HR}").update(role=Role.GENERAL_MANAGER)
    with pytest.raises(AwardRefused):
        sign_award(anew, shown=anew.digest, by=actor(Role.HR))  # who decided, whatever the role is now
    with pytest.raises(AwardRefused):
        sign_award(anew, shown=decision.digest, by=signer)  # what was shown before HR decided anew
    done = sign_award(anew, shown=anew.digest, by=signer)
    assert (done.state, done.signed_by) == (State.DONE, signer.user)
    for change in (lambda: AwardDecision.objects.update(amount=1), lambda: AwardDecision.objects.all().delete()):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed_by": "decider", "signed_at": on("12-21"), "state": "done"},
        {"state": "done"},
        {"state": "returned"},
        {"amount": 0},
        {"outcome": "declined", "amount": 5},
        {"travel": "海南"},
        {"reason": ""},
        {"year": 11},
    ],
)
def test_the_database_keeps_awards_sound(seller: Employee, wrong: dict[str, object]) -> None:
    decision = decided(seller)
    if wrong.get("signed_by"):
        at = dt.datetime(2011, 12, 21, tzinfo=dt.UTC)
        wrong = {**wrong, "signed_by": decision.decided_by, "signed_at": at}
    with pytest.raises(DatabaseError), transaction.atomic():
        AwardDecision.objects.filter(pk=decision.pk).update(**wrong)


def pay(award: AwardDecision, **changed: object) -> Correction:
    wanted = OtherPay(**{"employee": award.employee, "amount": award.amount, "award": award, **changed})
    return make_correction(wanted, reason="年度评优", shown=effect_of(wanted).digest, by=actor(Role.HR))


def test_a_signed_award_is_paid_once_and_again_after_it_was_taken_back(firm: Firm, seller: Employee) -> None:
    award = signed(seller, amount=Decimal("3000.00"))
    paid = pay(award)
    assert (paid.award, paid.month, paid.adjustments.get().amount) == (award, MAY, Decimal("3000.00"))
    with pytest.raises(CorrectionRefused):
        pay(award)
    with pytest.raises(DatabaseError), transaction.atomic():
        Correction.objects.create(
            number="T-2",
            month=MAY,
            kind="other",
            award=award,
            reason="x",
            made_at=dt.datetime(2011, 6, 1, tzinfo=dt.UTC),
        )
    withdraw_correction(paid, by=actor(Role.HR))
    again = pay(award)
    firm.close(MAY, lock=False)
    assert Payslip.objects.get(employee=seller, month=MAY).adjustment == Decimal("3000.00")
    assert again.award == award


def test_only_what_was_signed_is_paid(firm: Firm, seller: Employee) -> None:
    other = firm.seller(since="05-01")
    waiting = decided(seller, amount=Decimal("3000.00"))
    with pytest.raises(CorrectionRefused):
        pay(waiting)
    award = sign_award(waiting, shown=waiting.digest, by=actor(Role.GENERAL_MANAGER))
    for changed, wrong in (({"amount": Decimal("3000.01")}, "amount"), ({"employee": other}, "employee")):
        with pytest.raises(CorrectionRefused) as refused:
            pay(award, **changed)
        assert refused.value.field == wrong
    with pytest.raises(CorrectionRefused):
        pay(signed(seller, kind=AwardKind.TRAVEL), amount=Decimal("1.00"))
    assert not Correction.objects.exists()


def test_the_year_adds_up_what_the_months_computed_say(firm: Firm, seller: Employee) -> None:
    Absence.objects.create(employee=seller, start=on("12-30"), end=dt.date(2012, 1, 5), kind="sick")
    row = year_of(seller)
    assert (row.months, row.sales, row.absent_days) == (2, Decimal("70000.00"), 2)
    assert row.place == SalesPlace(1, 1)
    assert row.threshold_months == 1
    quota = 2 * firm_quota("GW")
    assert row.attainment == Decimal("70000.00") / quota
    months = months_of(2011)
    assert (list(months.computed), list(months.not_locked)) == ([APRIL, MAY], [MAY])
    assert "4–5" in months.sentences[0]
    assert "5" in months.sentences[1]
    assert "1–3" in months.sentences[2]
    assert people_of(months_of(2010), viewer()) == []


def firm_quota(rank: str) -> Decimal:
    plan = Payslip.objects.first().plan_version.plan  # type: ignore[union-attr]
    return plan.rank(rank).monthly_quota


def test_equal_sales_share_a_place_and_what_is_not_above_nothing_has_none(db: None) -> None:
    firm = Firm()
    best, second, like_second, fourth, none, back = (firm.seller() for _number in range(6))
    for person, amount in ((best, 900), (second, 800), (like_second, 800), (fourth, 700)):
        firm.sells(person, f"{amount}00.00", "04-10")
    refunded = firm.sells(back, "5000.00", "04-10")
    far = firm.seller(department=firm.south_sales)
    firm.sells(far, "10.00", "04-10")
    firm.close(APRIL)
    firm.receipt(refunded.contract, "-5000.00", "05-12", reverses=refunded)
    firm.close(MAY, lock=False)
    places = {row.employee: row.place for row in people_of(months_of(2011), viewer())}
    assert places[best.pk] == SalesPlace(1, 1)
    assert places[second.pk] == places[like_second.pk] == SalesPlace(2, 2)
    assert places[far.pk] == SalesPlace(None, 1)
    assert [places[person.pk] for person in (fourth, none, back)] == [None, None, None]


def test_support_staff_stand_with_their_bonus_and_weights(firm: Firm, seller: Employee) -> None:
    first, second = firm.clerk(since="05-01"), firm.clerk(since="05-01")
    firm.weigh(first, "3", MAY)
    firm.weigh(second, "1", MAY)
    firm.receipt(firm.contract(seller, signed="05-02"), "100000.00", "05-20")
    firm.close(MAY, lock=False)
    row = year_of(first)
    slip = Payslip.objects.get(employee=first)
    assert (row.in_sales, row.months, row.bonus_months) == (False, 1, 1)
    assert row.bonus == slip.support_bonus > 0
    assert (row.weight, row.share) == (Decimal(3), Decimal("0.75"))
    assert year_of(seller).bonus == 0


def test_the_table_takes_the_same_number_of_queries_for_many_people(firm: Firm, seller: Employee) -> None:
    hr = viewer()

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            people_of(months_of(2011), User.objects.get(pk=hr.pk))
        return len(asked)

    before = queries()
    for _number in range(8):
        firm.sells(firm.seller(since="05-01"), "1000.00", "05-10")
    firm.close(MAY, lock=False)
    firm.close(MAY)
    firm.close(JUNE, lock=False)
    assert len(people_of(months_of(2011), hr)) == 9
    assert queries() == before
