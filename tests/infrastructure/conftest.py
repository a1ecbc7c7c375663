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


@pytest.fixture(scope="module")
def equipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """One with the packages installed already, in which a file's tests find what those before them have made."""
    checkout = copy_checkout(tmp_path_factory.mktemp("equipped"))
    checkout.equip()
    yield checkout
    checkout.remove_servers()
