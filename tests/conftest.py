"""What all tests share: databases cloned from a migrated template, a queue of their own, and markers left out aloud."""

import gc
import os
import time
from collections.abc import Iterator

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client as Browser
from django.utils import translation
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker
from whitenoise.base import WhiteNoise

from access.accounts import second_person
from access.middleware import BEGAN, SEEN
from access.models import User
from access.rights import needs_second_factor
from salesorg.databases.clones import Clone, Databases, open_databases
from salesorg.frames import with_room
from tests.prerequisites import left_out, missing_prerequisites
from tests.serving import served
from tests.tempo import in_order, where_time_went

PERSON_BY_LINK = second_person.person_of

hypothesis.settings.register_profile("salesorg", deadline=None)
hypothesis.settings.load_profile("salesorg")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' messages apart from those of a worker that serves the same broker, and count pages' own queries.

    That a session is in use would be written in whatever page the minute falls.
    """
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": f"test-{worker}-"}
    settings.SALESORG_SEEN_SECONDS = settings.SALESORG_IDLE_SECONDS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the tests, and leave out those whose prerequisites are missing here; CI has installed them, or fails."""
    items[:] = in_order(items)
    if os.environ.get("CI") == "true":
        return
    missing = {prerequisite.marker for prerequisite in missing_prerequisites()}
    without = [item for item in items if missing & {marker.name for marker in item.iter_markers()}]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as pytest does, with room for the frames of what it calls."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    with_room(runtestprotocol, item, nextitem=nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_collection_finish() -> None:
    """Spare the collector what lives to the end: to walk it again took a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the time went, what was left out, and how to get it."""
    ran = [report for reports in terminalreporter.stats.values() for report in reports]
    lines = where_time_went(report for report in ran if isinstance(report, pytest.TestReport))
    for line in [*lines, *left_out(missing_prerequisites())]:
        terminalreporter.write_line(line)


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


@pytest.fixture(scope="session", autouse=True)
def _everybody_is_somebody() -> Iterator[None]:
    """A log-in that a test links to no employee is a person of its own, but in tests marked ``persons``."""

    def person_of(user: User) -> int | None:
        return PERSON_BY_LINK(user) or -user.pk

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(second_person, "person_of", person_of)
        yield


@pytest.fixture(autouse=True)
def _persons_by_link(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In tests marked ``persons`` a log-in without an employee is nobody's, as on a site."""
    if request.node.get_closest_marker("persons"):
        monkeypatch.setattr(second_person, "person_of", PERSON_BY_LINK)


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_quick_to_try() -> Iterator[None]:
    """A password costs whoever guesses a third of a second, and the tests as much each time they set or try one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """Each new browser of Django's looks at every static file, which takes longer than a page."""
    listed = dict[tuple[str, str], dict[str, object]]()
    list_files = WhiteNoise.update_files_dictionary

    def list_once(site: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in listed:
            list_files(site, root, prefix)
            listed[root, prefix] = dict(site.files)
        site.files |= listed[root, prefix]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", list_once)
        yield


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
