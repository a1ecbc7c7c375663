"""The admin's lists timed over a whole company's rows: the server's time for a page, and its slowest query's plan."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test import Client as Browser

from access.actor import CONSOLE
from access.models import User
from access.pages.links import listed
from access.rights import Right, may
from clients.history.actions import rebuild_histories
from clients.models import Receipt
from monthend.close import close_month
from salesorg.benchmark.company import MONTH, Size, build
from salesorg.benchmark.owner import gather_statistics, owner_connection
from salesorg.databases.clones import Databases
from staff.models import Employee

_ROLES = (User.Role.MARKETING_DIRECTOR, User.Role.BRANCH_GM)
"""One who reaches every branch's rows, and one who reaches those of one branch."""
TIMES = 5
"""How often each list is opened unless asked otherwise."""
RECEIPTS = "receipts"
_WAYS = {
    "": "",
    ", second page": "p=2",
    " by client": "o=2",
    " by day": "o=3",
    " by amount": "o=-6",
    " of the month": f"posted_in={MONTH}",
    " of a branch": "contract__branch__id__exact=2",
    " by their number": "q=R00000777",
    " by the client's name": "q=客户4321",
    " by what isn't there": "q=nobody",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A list as one role opens it: the server's seconds, a median; its queries, and the slowest's seconds and plan."""

    name: str
    role: str
    seconds: float
    queries: int
    slowest: float
    plan: Sequence[str]


@dataclass
class _Watch:
    """The queries of a page with their seconds."""

    asked: list[tuple[float, str, Any]] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, values, many, context)
        finally:
            self.asked.append((time.perf_counter() - start, sql, values))


def measure_lists(databases: Databases, size: Size, times: int) -> list[Visit]:
    """Build the company in a database of its own, compute its month, and open every list as each role some `times`."""
    with databases.clone() as clone, owner_connection(clone) as owner:
        build(size)
        rebuild_histories()
        close_month(MONTH, lock=False, today=(MONTH + 1).first, by=CONSOLE)
        gather_statistics(owner)
        return [visit for role in _ROLES for visit in _visits(_reader(role), times)]


def _reader(role: User.Role) -> User:
    """Somebody of the first branch who has the role."""
    user = User.objects.create(username=role, role=role, is_staff=True)
    free = Employee.objects.filter(posts__department__branch=1, user=None).order_by("pk")
    Employee.objects.filter(pk__in=free.values("pk")[:1]).update(user=user)
    return user


def _visits(reader: User, times: int) -> Iterator[Visit]:
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(reader)
    for model in admin.site._registry:
        if model is not Receipt and may(reader, Right.VIEW, model):
            yield _visit(browser, model._meta.label, reader.role, listed(model), times)
    for way, asked in _WAYS.items():
        yield _visit(browser, RECEIPTS + way, reader.role, listed(Receipt) + asked, times)


def _visit(browser: Browser, name: str, role: str, url: str, times: int) -> Visit:
    seconds = []
    for _time in range(times):
        watch = _Watch()
        with connection.execute_wrapper(watch):
            start = time.perf_counter()
            browser.get(url)
            seconds.append(time.perf_counter() - start)
    slowest, sql, values = max(watch.asked, key=lambda query: query[0])
    return Visit(name, role, statistics.median(seconds), len(watch.asked), slowest, _plan(sql, values))


def _plan(sql: str, values: Any) -> list[str]:
    """How the database carries out a query, as it says itself."""
    if not sql.startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {sql}", values)
        return [line for (line,) in cursor.fetchall()]
