"""A small firm, who corrects its pay, and the stage of the month's page."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from access.actor import Actor
from access.models import User
from salesorg.databases.clones import Databases
from tests.cast import actor_of
from tests.firm import Firm
from tests.made_once import Made, made_once
from tests.monthend.hands import Hands
from tests.monthend.stage import Stage


@pytest.fixture
def firm(db: None) -> Firm:
    return Firm()


@pytest.fixture
def hr(db: None) -> Actor:
    """Human resources."""
    return actor_of(User.Role.HR)


@pytest.fixture(scope="session")
def built(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Stage]]:
    """The stage of the month page's tests."""
    with made_once(databases, django_db_blocker, Stage) as built:
        yield built


@pytest.fixture
def stage(built: Made[Stage]) -> Iterator[Stage]:
    """The firm; what a test does to it is taken back."""
    with built.taken_back() as stage:
        yield stage


@pytest.fixture
def hands(stage: Stage) -> Hands:
    """The stage with its April locked, and a May in which things are done by hand."""
    return Hands(stage)
