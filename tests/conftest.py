"""What all tests share: databases cloned from a migrated template, a queue of their own, and markers left out aloud."""

import os
import time
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import translation
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from access.middleware import BEGAN, SEEN
from access.models import User
from access.rights import needs_second_factor
from salesorg.clones import Clone, Databases, open_databases
from tests.prerequisites import left_out, missing_prerequisites
from tests.serving import served

hypothesis.settings.register_profile("salesorg", deadline=None)
hypothesis.settings.load_profile("salesorg")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' messages apart from those of a worker that serves the same broker."""
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": f"test-{worker}-"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests whose prerequisites are missing here; CI has installed them, and fails where it has not."""
    if os.environ.get("CI") == "true":
        return
    missing = {prerequisite.marker for prerequisite in missing_prerequisites()}
    without = [item for item in items if missing & {marker.name for marker in item.iter_markers()}]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out and how to get it."""
    for sentence in left_out(missing_prerequisites()):
        terminalreporter.write_line(sentence)


@pytest.fixture(autouse=True)
def _second_factor_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom a test logs in by force has passed the second factor, too, where the role asks for one."""
    by_password_alone = Browser.force_login

    def by_force(browser: Browser, user: User, backend: str | None = None) -> None:
        by_password_alone(browser, user, backend)
        session = browser.session
        session[BEGAN] = session[SEEN] = int(time.time())
        if needs_second_factor(user):
            device, _is_new = TOTPDevice.objects.get_or_create(user=user, name="test", confirmed=True)
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()

    monkeypatch.setattr(Browser, "force_login", by_force)


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    """Each test begins in the site's language, whichever a page of another test was last shown in."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def databases(django_db_blocker: DjangoDbBlocker) -> Iterator[Databases]:
    """The template, made if the migrations have changed, and the means to clone it."""
    with open_databases() as databases, django_db_blocker.unblock():
        databases.ensure_template()
        yield databases


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases) -> Iterator[None]:
    """The database of this process, for tests that are rolled back; used as the application's role."""
    with databases.clone():
        yield


@pytest.fixture
def committed_db(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[Clone]:
    """A database of this test's own, for what must really commit: threads, other processes, locks, a browser.

    Instead of the mark ``django_db``; ``environment`` points commands and workers at it.
    """
    with django_db_blocker.unblock(), databases.clone() as clone:
        yield clone


@pytest.fixture
def live_site(committed_db: Clone) -> Iterator[LiveServer]:
    """The site, served by a thread from ``committed_db``; ``live_site.url`` is its address."""
    with served() as server:
        yield server
