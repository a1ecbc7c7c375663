"""Who acts in tests of disputes."""

import pytest

from access.actor import Actor
from access.models import User
from tests.cast import actor_of


@pytest.fixture
def hr(db: None) -> Actor:
    """Human resources."""
    return actor_of(User.Role.HR)
