"""What is confirmed is what was shown: its digest is of facts, so that the language in which it is read is none."""

import datetime as dt
from collections.abc import Callable, Mapping, Set
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from access.actor import CONSOLE, Actor
from access.decisions.effect import Sentence, digest_of
from clients.models import OrphanClient, PoolRule
from clients.orphans.effects import WantedDevelopers, effect_of_assigning
from clients.protection.duplicates import duplicates_digest, duplicates_of
from compensation.corrections.actions import OtherPay, effect_of, make_correction
from compensation.models import AwardDecision, CommissionLine, Payslip, SupportWeight
from monthend.approval.selectors import read_in_charge
from monthend.models import MonthRun
from monthend.page.acts import MonthAct
from monthend.page.asking import shown_of
from monthend.weights.selectors import read_table
from people.personnel.actions import effect_of as effect_of_move
from people.personnel.selectors import Moving
from periods.models import Period
from periods.selectors import inputs_version
from rulebook.drafts.actions import changes_digest, text_digest
from rulebook.models import PlanDraft, PlanVersion
from staff.models import Branch, Department, Employee, PersonnelEvent, RankDecision, Review
from staff.rank_decisions.effects import effect_of as effect_of_rank
from staff.rank_decisions.selectors import WantedRank
from staff.reviews.selectors import review_digest
from tests.admin.cast import House, Role
from tests.firm import JUNE, MAY
from workbooks.uploads.models import Upload
from workbooks.uploads.undo import Undoing

DAY = dt.date(2011, 6, 20)


class Kind(NamedTuple):
    """How a kind's digest is read in the house, and what makes another of it."""

    digest: Callable[[House], str]
    change: Callable[[House], object]


def award(house: House) -> AwardDecision:
    return AwardDecision.objects.get(employee=house.north.closer, state=AwardDecision.State.DECIDED)


def review(house: House) -> Review:
    return Review.objects.get(employee=house.north.closer, kind=Review.Kind.DISMISSAL)


def correction(house: House) -> OtherPay:
    """For somebody with a signed award that is not paid yet: told with its kind."""
    return OtherPay(house.north.closer, Decimal("5.00"))


def correct(house: House) -> None:
    other = OtherPay(house.north.closer, Decimal("7.00"))
    make_correction(other, reason="补发", shown=effect_of(other).digest, by=Actor(house.users[Role.HR]))


def assigned(house: House) -> str:
    orphan = OrphanClient.objects.filter(developer=None).earliest("pk")
    wanted = WantedDevelopers([(orphan.pk, house.north.closer.pk)], timezone.localdate())
    return effect_of_assigning(wanted, house.users[Role.HR]).digest


def departed(person: Employee) -> str:
    today = timezone.localdate()
    move = Moving(Employee.objects.get(pk=person.pk), PersonnelEvent.Kind.DEPARTURE, today + dt.timedelta(days=1))
    return effect_of_move(move, today=today, by=CONSOLE).digest


def left(house: House) -> str:
    """Somebody with clients, a log-in, a decision on the rank, and a cycle that runs."""
    return departed(house.north.closer)


def moved(house: House) -> str:
    """Somebody who supports, weighs in a bonus to come, and manages a department."""
    Department.objects.filter(pk=house.firm.office.pk).update(manager=house.north.clerk)
    return departed(house.north.clerk)


def ranked(house: House) -> str:
    return effect_of_rank(WantedRank(house.north.closer, JUNE, "ZS", "竞聘上岗", "人字12号")).digest


def alike(house: House) -> str:
    client = CommissionLine.objects.filter(employee=house.north.closer).earliest("pk").receipt.contract.client
    return duplicates_digest(duplicates_of(client.name, "", viewer=house.users[Role.HR], today=DAY))


def approved(house: House) -> str:
    """A month with all that is told of one: a rank not signed, no weight, no account, other pay, another log-in."""
    paid, clerk = Payslip.objects.filter(month=MAY), house.north.clerk
    paid.filter(employee=house.north.developer).update(bank_account="")
    RankDecision.objects.filter(state=RankDecision.State.WAITING).update(month=MAY)
    SupportWeight.objects.filter(month=MAY, employee=clerk).delete()
    PersonnelEvent.objects.get_or_create(
        employee=clerk,
        date=dt.date(2011, 5, 2),
        kind=PersonnelEvent.Kind.CHANGE_OF_POST,
        new_department=house.firm.office,
        new_base_salary=Decimal("3100.00"),
    )
    Employee.objects.filter(pk=house.south.clerk.pk).update(user=house.users[Role.AUDITOR])
    MonthRun.objects.filter(month=MAY).update(
        state=MonthRun.State.SUBMITTED,
        prepared_by=house.users[Role.HR],
        prepared_at=timezone.now(),
        inputs_version=inputs_version(MAY),
    )
    shown = shown_of(MonthAct.APPROVE, MonthRun.objects.get(month=MAY), house.users[Role.MARKETING_DIRECTOR], DAY)
    assert len(shown) > 1, "the lists have hashes of their own"
    assert all(shown.values())
    return " ".join(shown.values())


def weighed(house: House) -> str:
    return read_table(MAY, house.north.branch, read_in_charge(DAY)).digest


def undone(house: House) -> str:
    undoing = Undoing(Upload.objects.earliest("pk"))
    undoing.removed[Employee] |= set(Employee.objects.values_list("pk", flat=True))
    undoing.restored[Department][1] = {"name": "业务部", "share": 0.5}
    return undoing.digest


def rename_branch(house: House) -> None:
    Branch.objects.filter(pk=house.north.branch.pk).update(name="东方")


def compute_next(_house: House) -> None:
    plan_version = PlanVersion.objects.get()
    Period.objects.create(month=JUNE, state=Period.State.COMPUTED, plan_version=plan_version)


def award_less(house: House) -> None:
    AwardDecision.objects.filter(pk=award(house).pk).update(amount=1)


def without_account(house: House) -> None:
    Payslip.objects.filter(month=MAY, employee=house.north.closer).update(bank_account="")


def hire(_house: House) -> None:
    Employee.objects.create(number="9", name="新", hired_on=DAY)


def manage(house: House) -> None:
    Department.objects.filter(pk=house.firm.sales.pk).update(manager=house.north.closer)


def rename(house: House) -> None:
    Employee.objects.filter(pk=house.north.clerk.pk).update(name="丁")


def draft_digest(_house: House) -> str:
    return changes_digest(PlanDraft.objects.get())


def draft_text_digest(_house: House) -> str:
    return text_digest(PlanDraft.objects.get())


def write_draft(_house: House) -> None:
    PlanDraft.objects.update(text="x")


KINDS: Mapping[str, Kind] = {
    "correction": Kind(lambda house: effect_of(correction(house)).digest, correct),
    "departure": Kind(left, manage),
    "departure of support": Kind(moved, rename),
    "rank": Kind(ranked, compute_next),
    "orphans": Kind(assigned, lambda _house: PoolRule.objects.update(hours_to_accept=7)),
    "registration": Kind(alike, rename_branch),
    "review": Kind(lambda house: review_digest(review(house)), lambda _house: Review.objects.update(reason="好转")),
    "award": Kind(lambda house: award(house).digest, award_less),
    "month": Kind(approved, without_account),
    "weights": Kind(weighed, lambda _house: SupportWeight.objects.filter(month=MAY).update(weight=1)),
    "draft": Kind(draft_digest, write_draft),
    "text": Kind(draft_text_digest, write_draft),
    "undoing": Kind(undone, hire),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_digest_is_the_same_in_both_languages_and_another_of_other_facts(kind: Kind, house: House) -> None:
    told: Set[str] = {in_language(house, kind, language) for language in ("zh-hans", "en")}
    assert len(told) == 1
    kind.change(house)
    assert in_language(house, kind, "en") not in told


def in_language(house: House, kind: Kind, language: str) -> str:
    with translation.override(language):
        return kind.digest(house)


def test_facts_count_by_what_they_are_worth(house: House) -> None:
    noon = dt.datetime(2011, 5, 3, 12, tzinfo=dt.UTC)
    later = noon.astimezone(dt.timezone(dt.timedelta(hours=8)))
    same = [
        (Decimal("1.50"), Decimal("1.5")),
        (noon, later),
        ({2, 1}, {1, 2}),
        (Sentence("甲", "x", 1), Sentence("a", "x", 1)),
    ]
    same += [(Review.Decision.KEEP, "keep")]
    assert all(digest_of([one]) == digest_of([other]) for one, other in same)
    others = [
        ("1", 1),
        (DAY, MAY),
        (None, ""),
        (Sentence("a", "x", 1), Sentence("a", "x", 2)),
        (house.north.branch, house.south.branch),
    ]
    assert all(digest_of([one]) != digest_of([other]) for one, other in others)
    assert digest_of(["a", "b"]) != digest_of(["ab"])


@pytest.mark.parametrize("value", [0.5, gettext_lazy("rank"), Employee(), b"x"], ids=repr)
def test_what_is_no_fact_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no fact"):
        digest_of([value])
