"""Copies of the checkout for the tests of the scripts in bin/."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infrastructure.checkouts import Checkout, copy_checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A copy of the checkout with nothing made yet."""
    checkout = copy_checkout(tmp_path)
    yield checkout
    checkout.remove_servers()


@pytest.fixture
def equipped(checkout: Checkout) -> Checkout:
    """The same with the packages installed already."""
    checkout.equip()
    return checkout
