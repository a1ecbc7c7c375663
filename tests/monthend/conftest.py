"""A small firm, who corrects its pay, and the stage of the month's page."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from access.actor import Actor
from access.models import User
from salesorg.clones import Databases, connected_to
from tests.cast import actor_of
from tests.firm import Firm
from tests.monthend.stage import Stage


@pytest.fixture
def firm(db: None) -> Firm:
    return Firm()


@pytest.fixture
def hr(db: None) -> Actor:
    """Human resources."""
    return actor_of(User.Role.HR)


@pytest.fixture(scope="session")
def built(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, Stage]]:
    """A database of the month page's tests with the firm in it, made once."""
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.clone() as clone:
        stage = Stage()
        with connected_to(usual):
            yield clone.name, stage


@pytest.fixture
def stage(built: tuple[str, Stage], django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The firm; what a test does to it is taken back."""
    name, stage = built
    with django_db_blocker.unblock(), connected_to(name), transaction.atomic():
        yield stage
        transaction.set_rollback(True)
