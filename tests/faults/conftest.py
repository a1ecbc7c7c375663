"""A site of its own, with servers that may be killed, kept running by bin/work's supervisor as in production."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from salesorg.benchmark.company import Size
from salesorg.databases.clones import Databases
from salesorg.databases.database import parse_database_url
from salesorg.state.places import ROOT
from tests.faults.company import build_in_dispute
from tests.faults.site import Site
from tests.infrastructure.servers import new_state, passable_directory

COMPANY = Size(people=300, receipts=6000, branches=6, disputes=120)


@pytest.fixture(scope="module")
def site(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """The servers, a company in them, a supervised worker and beat; Django's connection and queue point there."""
    with passable_directory() as directory, new_state(directory) as state:
        addresses = state.start()
        environment = (
            os.environ
            | addresses
            | {
                "SALESORG_VAR": str(state.places.var),
                "SALESORG_SWEEP_SECONDS": "1",
                "SALESORG_QUEUE_PREFIX": settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"],
            }
        )
        (state.places.var / "locale").symlink_to(settings.STATE_DIR / "locale")
        state.fill(addresses["DATABASE_OWNER_URL"], databases)
        usual = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(parse_database_url(addresses["DATABASE_URL"]))
        with django_db_blocker.unblock():
            build_in_dispute(COMPANY, environment)
            supervisor = subprocess.Popen([sys.executable, "-P", "-m", "salesorg.work"], cwd=ROOT, env=environment)
            try:
                yield Site(state, addresses, supervisor)
            finally:
                supervisor.terminate()
                supervisor.wait()
                connection.close()
                connection.settings_dict.update(usual)


@pytest.fixture
def chance() -> random.Random:
    """The dice that say when faults happen; set SALESORG_FAULT_SEED to the printed seed to see them again."""
    seed = int(os.environ.get("SALESORG_FAULT_SEED") or random.SystemRandom().randrange(10**6))
    print(f"SALESORG_FAULT_SEED={seed}")  # noqa: T201 - shown by pytest when the test fails
    return random.Random(seed)  # noqa: S311 - nothing secret
