"""A small firm, and who corrects its pay."""

import pytest

from access.actor import Actor
from access.models import User
from tests.firm import Firm


@pytest.fixture
def firm(db: None) -> Firm:
    return Firm()


@pytest.fixture
def hr(db: None) -> Actor:
    """Human resources."""
    return Actor(User.objects.create(username="hr", role=User.Role.HR))
