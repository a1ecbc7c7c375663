"""What one proposes another signs: the refusal names who can, the database keeps it, and nobody acts beside them."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import QuerySet
from django.utils import timezone, translation

from access.actor import Actor
from access.decisions.signing import Proposal, require_another
from access.models import User
from access.refusals import EffectChanged, Refused
from compensation.awards.actions import send_award_back, sign_award
from compensation.models import Adjustment, AwardDecision, AwardRecommendation, Correction
from salesorg.databases.clones import Clone, Databases
from salesorg.databases.database import connected_as
from staff.models import Employee, PayConfirmation, RankDecision, Review, ReviewStep
from staff.rank_decisions.actions import send_rank_back, withdraw_rank
from staff.reviews.actions import send_review_back, sign_review
from staff.reviews.selectors import review_digest
from tests.access.test_persons import TODAY, keeps, review_of
from tests.cast import known, log_in_of, person
from tests.firm import JULY, MAY, Firm
from tests.monthend import deciding
from tests.waiting import somebody_waits, until

Role = User.Role
SIGNERS = frozenset({Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER})
NOW = dt.datetime(2011, 6, 1, tzinfo=dt.UTC)


@pytest.mark.django_db
@pytest.mark.persons
def test_a_refusal_says_why_and_names_who_can_sign() -> None:
    hr, gm, director = known(Role.HR), known(Role.GENERAL_MANAGER), known(Role.MARKETING_DIRECTOR)
    nobodys = log_in_of(Role.GENERAL_MANAGER, "nobodys")
    names = {user: Employee.objects.get(user=user).name for user in (gm, director)}

    def words(by: User | None, proposed_by: User = hr, about: int = 0) -> str:
        proposal = Proposal([proposed_by], [about], SIGNERS)
        with pytest.raises(Refused) as refused:
            proposal.signer(Actor(by), Refused)
        assert by is None or proposal.is_for(by) == (by == nobodys)
        return refused.value.reason

    both = f"{names[gm]}（总经理）、{names[director]}（营销总监）"
    assert words(hr) == words(None) == f"由营销总监或总经理签署。可由以下人员签署：{both}。"
    assert words(gm, gm) == f"作出决定的人不能再签署。可由以下人员签署：{names[director]}（营销总监）。"
    assert words(gm, about=Employee.objects.get(user=gm).pk).startswith("不能签署与本人有关的决定。可由以下人员签署：")
    assert "尚未关联人员" in words(nobodys)
    User.objects.filter(pk=director.pk).update(is_active=False)
    assert words(gm, gm).endswith("目前没有人可以签署：须另有一个营销总监或总经理的登录账号。")
    who = f"It can be signed by: {names[gm]} (general manager)."
    with translation.override("en"):
        assert words(hr) == f"The marketing director or the general manager signs. {who}"
    assert Proposal([hr], [], SIGNERS).signer(Actor(gm), Refused) == gm


@pytest.mark.django_db
@pytest.mark.persons
def test_who_proposes_is_known_and_another_than_it_is_about() -> None:
    hr, other = known(Role.HR), person("7")
    own = Refused("own", "person")
    assert require_another(hr, [other.pk], own) == hr
    with pytest.raises(Refused, match="own"):
        require_another(hr, [other.pk, Employee.objects.get(user=hr).pk], own)
    with pytest.raises(Refused, match="尚未关联人员"):
        require_another(log_in_of(Role.HR, "nobodys"), [], own)


def step(by: User, about: Employee) -> None:
    ReviewStep.objects.create(review=review_of(about), kind="talk", date=TODAY, words="谈话", made_at=NOW, made_by=by)


def recommendation(by: User, about: Employee) -> None:
    AwardRecommendation.objects.create(year=2011, employee=about, kind="travel", reason="好", made_by=by, made_at=NOW)


def confirmation(by: User, about: Employee) -> None:
    PayConfirmation.objects.create(employee=about, up_to=0, by=by, at=NOW)


def other_pay(by: User, about: Employee) -> None:
    made = Correction.objects.create(number="T1", kind="other", month=MAY, reason="好", made_by=by, made_at=NOW)
    Adjustment.objects.create(month=MAY, correction=made, employee=about, amount=Decimal(5), sales=0)


def withdrawal(by: User, about: Employee) -> None:
    told = {"employee": about, "month": MAY, "entered_on": dt.date(2011, 1, 1), "reason": "好", "document": "1"}
    other = known(Role.HR, f"hr-of-{about.pk}")
    RankDecision.objects.create(
        **told, decided_by=other, decided_at=NOW, state="withdrawn", closed_by=by, closed_at=NOW
    )


@pytest.mark.django_db
@pytest.mark.persons
@pytest.mark.parametrize("write", [step, recommendation, confirmation, other_pay, withdrawal])
def test_the_database_keeps_nothing_that_somebody_did_about_themselves(
    write: Callable[[User, Employee], None],
) -> None:
    hr = known(Role.HR)
    with pytest.raises(DatabaseError, match="about themselves"), transaction.atomic():
        write(hr, Employee.objects.get(user=hr))
    write(hr, person("7"))


@pytest.mark.django_db
def test_the_database_keeps_no_signature_of_what_is_not_done() -> None:
    review = keeps(review_of(person("7")), known(Role.HR))
    signed = {"signed_by": known(Role.GENERAL_MANAGER), "signed_at": NOW}
    with pytest.raises(DatabaseError, match="review_signed_when_done"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(**signed)
    Review.objects.filter(pk=review.pk).update(**signed, state=Review.State.DONE)


@pytest.mark.django_db
def test_each_signature_is_a_second_persons_in_the_database_too() -> None:
    """What another log-in has to sign, another person has to: constraints tell log-ins apart, triggers people."""
    signed = {
        model._meta.db_table
        for model in apps.get_models()
        if any(constraint.name.endswith("_by_another") for constraint in model._meta.constraints)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'persons_differ_%%'", [])
        guarded = {table for (table,) in cursor.fetchall()}
    assert {"staff_review", "staff_rankdecision", "compensation_awarddecision", "staff_sharednumber"} <= signed
    assert signed <= guarded


class Race(NamedTuple):
    """Somebody takes back what somebody else is about to settle: to sign or to send back."""

    take_back: Callable[[], object]
    settle: Callable[[], object]


def race_of_reviews() -> Race:
    review = keeps(review_of(person("7")), log_in_of(Role.HR))
    shown, director, gm = review_digest(review), log_in_of(Role.MARKETING_DIRECTOR), log_in_of(Role.GENERAL_MANAGER)
    return Race(
        lambda: send_review_back(review, shown=shown, reason="不妥", today=TODAY, by=Actor(director)),
        lambda: sign_review(review, shown=shown, by=Actor(gm)),
    )


def race_of_ranks() -> Race:
    """To sign takes a turn besides, and so waits for any write."""
    decision, gm = deciding.decide(Firm().seller("GW"), JULY, "GJ"), deciding.user(Role.GENERAL_MANAGER)
    return Race(
        lambda: withdraw_rank(decision, by=deciding.user(Role.HR)),
        lambda: send_rank_back(decision, reason="不妥", by=gm),
    )


def race_of_awards() -> Race:
    told = {"outcome": "granted", "reason": "好", "decided_by": log_in_of(Role.HR), "decided_at": timezone.now()}
    decision = AwardDecision.objects.create(year=2011, employee=person("7"), kind="travel", **told)
    shown, gm, other = decision.digest, log_in_of(Role.GENERAL_MANAGER), log_in_of(Role.GENERAL_MANAGER, "gm-2")
    return Race(
        lambda: send_award_back(decision, shown=shown, reason="不妥", by=Actor(other)),
        lambda: sign_award(decision, shown=shown, by=Actor(gm)),
    )


def while_taken_back(race: Race) -> str:
    """How it ends for who settles before the taking back is committed."""

    def settle() -> str:
        try:
            race.settle()
        except (Refused, EffectChanged):
            return "refused"
        except DatabaseError:
            return "kept out by the database alone"
        finally:
            connection.close()
        return "settled"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            race.take_back()
            settling = pool.submit(settle)
            until(somebody_waits)
        return settling.result()


RACES = [race_of_reviews, race_of_ranks, race_of_awards]


@pytest.mark.parametrize("race", RACES)
def test_what_is_taken_back_meanwhile_is_not_settled(committed_db: Clone, race: Callable[[], Race]) -> None:
    assert while_taken_back(race()) == "refused"


@pytest.mark.parametrize("race", RACES)
def test_without_the_lock_it_would_be(
    committed_db: Clone, race: Callable[[], Race], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who settles has read the row before it was taken back."""
    made = race()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_of: rows.all())
    assert while_taken_back(made) != "refused"


@contextmanager
def migrated_alone(app: str, name: str) -> Iterator[None]:
    """Take one migration's work back, and do it again at the end."""
    loader = MigrationLoader(connection)
    migration, before = loader.get_migration(app, name), loader.project_state((app, name), at_end=False)
    with connected_as(connection, settings.DATABASE_OWNER), connection.schema_editor() as editor:
        migration.unapply(before.clone(), editor)
    yield
    with connected_as(connection, settings.DATABASE_OWNER), connection.schema_editor() as editor:
        migration.apply(before.clone(), editor)


@pytest.mark.slow
def test_what_was_signed_otherwise_before_stays_as_it_is(databases: Databases) -> None:
    """The migration alone is taken back and made again, not all those since."""
    with databases.clone():
        with migrated_alone("staff", "0010_signing"):
            signed = {"signed_by": log_in_of(Role.GENERAL_MANAGER), "signed_at": NOW}
            Review.objects.filter(pk=review_of(person("7")).pk).update(**signed)
        assert Review.objects.get().signed_at == NOW
        with pytest.raises(DatabaseError, match="review_signed_when_done"), transaction.atomic():
            Review.objects.filter(pk=review_of(person("8")).pk).update(**signed)
