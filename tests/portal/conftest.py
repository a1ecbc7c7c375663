"""The cast: a firm with April locked and May computed, and who logs in; made once, and taken back after each test."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from salesorg.databases.clones import Databases
from tests.made_once import Made, made_once
from tests.portal.cast import Cast, make_cast
from tests.portal.disputed import Stage


@pytest.fixture(scope="session")
def made(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Cast]]:
    """The cast, in a database of the portal's tests' own."""
    with made_once(databases, django_db_blocker, make_cast) as made:
        yield made


@pytest.fixture
def cast(made: Made[Cast]) -> Iterator[Cast]:
    """Alice, Bob, Carol, Dan and Eve with their pay of April and May. Instead of the mark ``django_db``."""
    with made.taken_back() as cast:
        yield cast


@pytest.fixture
def stage(cast: Cast) -> Stage:
    contract = cast.firm.sells(cast.alice, "8000.00", "05-10").contract
    return Stage(cast, contract, cast.browse(cast.alice), cast.browse(cast.bob), cast.browse(cast.eve))
