"""The house of two branches, made once: taken back after each test, or copied for those that really commit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from django.db import transaction
from django.test import Client as Browser
from pytest_django.plugin import DjangoDbBlocker

from clients.models import BankLine, BankStatement
from rulebook.models import PlanDraft
from salesorg.databases.clones import Databases, connected_to
from tests.admin.cast import House, Role, in_new_objects, make_house
from tests.made_once import made_once
from tests.serving import served


@dataclass(frozen=True)
class Stage:
    """A database in which the house is, and the house."""

    database: str
    house: House


@dataclass(frozen=True)
class ServedHouse:
    """The site's address, and the house in it."""

    url: str
    house: House


@pytest.fixture(scope="session")
def stage(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """A database of these tests' own, for closing months takes longer than looking at them."""
    with made_once(databases, django_db_blocker, make_house) as made:
        yield Stage(made.database, made.what)


@pytest.fixture
def house(stage: Stage, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """The house, with log-ins as a request reads them. Instead of the mark ``django_db``."""
    with django_db_blocker.unblock(), connected_to(stage.database), transaction.atomic():
        yield replace(stage.house, users=in_new_objects(stage.house.users))
        transaction.set_rollback(True)


@pytest.fixture
def served_house(databases: Databases, stage: Stage, django_db_blocker: DjangoDbBlocker) -> Iterator[ServedHouse]:
    """The house in a database of this test's own, and the site served from there, for what must really commit."""
    with django_db_blocker.unblock(), databases.clone(of=stage.database), served() as server:
        yield ServedHouse(str(server.url), replace(stage.house, users=in_new_objects(stage.house.users)))


@pytest.fixture
def finance(house: House) -> Browser:
    return house.browse(Role.FINANCE)


@pytest.fixture
def statement(house: House) -> BankStatement:
    return BankStatement.objects.get()


@pytest.fixture
def undecided(statement: BankStatement) -> BankLine:
    """The line that another payer sent."""
    return statement.lines.get(payer="王代付")


@pytest.fixture
def draft(house: House) -> PlanDraft:
    """The draft of the house, begun by the director for July."""
    return PlanDraft.objects.get()


@pytest.fixture
def director(house: House) -> Browser:
    return house.browse(Role.MARKETING_DIRECTOR)
