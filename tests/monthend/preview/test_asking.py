"""Who may ask for which preview, and what is refused with a reason."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django.plugin import DjangoDbBlocker

from access.actor import CONSOLE
from access.models import User
from access.roles import PEOPLE
from monthend.preview.actions import MOST_OPEN, ask_preview, previewable_months, remove_preview
from monthend.preview.models import Preview
from rulebook.models import PlanVersion
from rulebook.month import Month
from salesorg.databases.clones import Databases
from tests.cast import actor_of
from tests.firm import APRIL, JUNE, MAY, Firm
from tests.made_once import Made, made_once
from tests.plans import PLAN_TEXT

Role = User.Role
JULY = Month(2011, 7)


def closed() -> Firm:
    """April is locked, May computed, July the latest with a receipt."""
    firm = Firm()
    anne = firm.seller("ZL")
    firm.sells(anne, "30000.00", "04-10")
    firm.sells(anne, "30000.00", "07-10")
    firm.close(APRIL)
    firm.close(MAY, lock=False)
    return firm


@pytest.fixture(scope="module")
def made(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Firm]]:
    with made_once(databases, django_db_blocker, closed) as made:
        yield made


@pytest.fixture
def firm(made: Made[Firm]) -> Iterator[Firm]:
    with made.taken_back() as firm:
        yield firm


def refusal(preview: Preview) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        ask_preview(preview, by=actor_of(Role.HR))
    assert not Preview.objects.exists()
    return refused.value.message_dict


def test_from_the_first_locked_month_to_the_latest_with_receipts(firm: Firm) -> None:
    assert previewable_months() == [APRIL, MAY, JUNE, JULY]


def test_without_anything_there_is_no_month(db: None) -> None:
    assert previewable_months() == []
    assert "first_month" in refusal(Preview(first_month=APRIL, last_month=APRIL))


@pytest.mark.parametrize(("first", "last"), [(APRIL, APRIL), (APRIL, JULY), (MAY, MAY), (MAY, JUNE)])
def test_a_preview_begins_at_an_official_state(firm: Firm, first: Month, last: Month) -> None:
    ask_preview(Preview(first_month=first, last_month=last), by=actor_of(Role.HR))
    assert Preview.objects.get().state == Preview.State.WAITING


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (MAY, APRIL, "last_month"),
        (JUNE, JUNE, "first_month"),
        (APRIL - 1, APRIL, "first_month"),
        (APRIL, JULY + 1, "last_month"),
        (APRIL, APRIL + 24, "last_month"),
    ],
)
def test_other_months_are_refused(firm: Firm, first: Month, last: Month, field: str) -> None:
    assert list(refusal(Preview(first_month=first, last_month=last))) == [field]


def test_a_text_that_is_no_plan_is_refused_with_each_place(firm: Firm) -> None:
    text = PLAN_TEXT.replace('monthly_quota: "20000.00"', 'monthly_quota: "many"').replace(
        "scope: branch", "scope: moon"
    )
    reasons = refusal(Preview(first_month=APRIL, last_month=APRIL, plan_text=text))["plan_text"]
    assert any(reason.startswith("ranks.levels[0].monthly_quota:") for reason in reasons)
    assert any(reason.startswith("support_bonus.scope:") for reason in reasons)


def test_without_a_plan_in_force_one_must_be_supposed(db: None) -> None:
    firm, march = Firm(), APRIL - 1
    firm.sells(firm.seller("ZL"), "30000.00", "03-15")
    assert list(refusal(Preview(first_month=march, last_month=march))) == ["first_month"]
    ask_preview(Preview(first_month=march, last_month=march, plan_text=PLAN_TEXT), by=actor_of(Role.HR, "another"))


def test_of_a_version_the_text_is_kept_as_it_reads_now(firm: Firm) -> None:
    text = PLAN_TEXT.replace('version: "2011-04"', 'version: "2012-01"')
    draft = PlanVersion.objects.create(version="2012-01", name="x", effective_from="2012-01-01", text=text)
    preview = Preview(first_month=APRIL, last_month=APRIL, plan_version=draft)
    ask_preview(preview, by=actor_of(Role.HR))
    draft.text = "gone"
    draft.save()
    preview = Preview.objects.get()
    assert preview.supposed_plan is not None
    assert (preview.supposed_plan.pk, preview.supposed_plan.text) == (draft.pk, text)
    Preview.objects.update(plan_version=None)
    preview = Preview.objects.get()
    assert preview.supposed_plan is not None
    assert (preview.supposed_plan.pk, preview.supposed_plan.text) == (0, text)


@pytest.mark.parametrize("role", PEOPLE)
def test_hr_and_who_answers_for_all_may_ask(firm: Firm, role: str) -> None:
    preview = Preview(first_month=APRIL, last_month=APRIL)
    if role in (Role.HR, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER):
        ask_preview(preview, by=actor_of(role))
    else:
        with pytest.raises(PermissionDenied):
            ask_preview(preview, by=actor_of(role))
    with pytest.raises(PermissionDenied):
        ask_preview(Preview(first_month=APRIL, last_month=APRIL), by=CONSOLE)


def test_nobody_fills_the_queue(firm: Firm) -> None:
    hr = actor_of(Role.HR)
    for _number in range(MOST_OPEN):
        ask_preview(Preview(first_month=APRIL, last_month=APRIL), by=hr)
    with pytest.raises(ValidationError):
        ask_preview(Preview(first_month=APRIL, last_month=APRIL), by=hr)
    ask_preview(Preview(first_month=APRIL, last_month=APRIL), by=actor_of(Role.GENERAL_MANAGER))


def test_who_asked_throws_it_away_and_nobody_else(firm: Firm) -> None:
    hr = actor_of(Role.HR)
    preview = Preview(first_month=APRIL, last_month=APRIL)
    ask_preview(preview, by=hr)
    for other in (actor_of(Role.HR, "another"), CONSOLE):
        with pytest.raises(PermissionDenied):
            remove_preview(preview, by=other)
    remove_preview(preview, by=hr)
    assert not Preview.objects.exists()
