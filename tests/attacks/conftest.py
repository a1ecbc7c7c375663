"""The site, served as bin/demo serves it, with people of some roles."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from access.models import User
from salesorg.databases.clones import Databases
from salesorg.serve import service_commands
from salesorg.servers.ports import free_port
from salesorg.state.places import ROOT
from salesorg.supervision import without_owner
from tests.attacks.site import Served
from tests.firm import Firm
from tests.waiting import until


@pytest.fixture(scope="module")
def site(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """The site; Django's connection is to its database."""
    with tempfile.TemporaryDirectory() as directory, django_db_blocker.unblock(), databases.clone() as clone:
        var, elsewhere, port = Path(directory, "var"), Path(directory, "tmp"), free_port()
        for folder in (var, elsewhere):
            folder.mkdir()
        firm = Firm()
        firm.sells(firm.seller(), "1000.00")
        for made in ("locale", "static"):
            (var / made).symlink_to(settings.STATE_DIR / made)
        environment = os.environ | clone.environment | {"SALESORG_VAR": str(var), "TMPDIR": str(elsewhere)}
        process = subprocess.Popen(service_commands(port)["gunicorn"], cwd=ROOT, env=without_owner(environment))
        served = Served(process, port, var, elsewhere)
        try:
            until(served.answers)
            yield served
        finally:
            process.terminate()
            process.wait()


@pytest.fixture
def hr(site: Served) -> User:
    """Somebody who may import workbooks."""
    return somebody(User.Role.HR)


@pytest.fixture
def auditor(site: Served) -> User:
    """Somebody who sees what was imported, and imports nothing."""
    return somebody(User.Role.AUDITOR)


def somebody(role: User.Role) -> User:
    """Who logs in with this role."""
    user, _is_new = User.objects.get_or_create(username=str(role), defaults={"role": role, "is_staff": True})
    return user
