"""Previews in turn: each computed once however many workers are woken, begun again after a crash, ended after three."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from pytest_django.plugin import DjangoDbBlocker

from access.actor import Actor
from access.models import User
from clients.history.actions import rebuild_histories
from monthend.preview import work
from monthend.preview.actions import ask_preview, remove_preview
from monthend.preview.compute import PreviewComparison, compare
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from monthend.preview.what_if import WhatIf
from monthend.preview.work import sweep_previews, work_on_previews
from salesorg.databases.clones import Clone, Databases
from salesorg.state.places import ROOT
from tests.cast import actor_of
from tests.firm import APRIL, MAY, Firm
from tests.made_once import Made, made_once
from tests.monthend.test_runs import at_once
from tests.plans import PLAN_TEXT

State = Preview.State
HIGHER = PLAN_TEXT.replace('["40000.00", "0.10"]', '["40000.00", "0.11"]')
PATIENCE = 60


def human_resources() -> Actor:
    """Of a firm whose April is locked."""
    firm = Firm()
    firm.sells(firm.seller("GW"), "70000.00")
    firm.seller("ZL")
    rebuild_histories()
    firm.close(APRIL)
    return actor_of(User.Role.HR)


@pytest.fixture(scope="module")
def made(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Actor]]:
    with made_once(databases, django_db_blocker, human_resources) as made:
        yield made


@pytest.fixture
def clone(made: Made[Actor], databases: Databases) -> Iterator[Clone]:
    """The firm in a database of this test's own, for previews really commit."""
    with databases.clone(of=made.database) as clone:
        yield clone


@pytest.fixture
def hr(made: Made[Actor], clone: Clone) -> Actor:
    return made.what


def asked(hr: Actor, **supposed: object) -> Preview:
    preview = Preview(first_month=APRIL, last_month=APRIL, **supposed)
    ask_preview(preview, by=hr)
    return preview


def states() -> list[tuple[str, int]]:
    return list(Preview.objects.order_by("pk").values_list("state", "starts"))


def test_what_was_asked_is_computed_and_kept_side_by_side(hr: Actor) -> None:
    preview = asked(hr, plan_text=HIGHER, targets={"North": "50000.00"})
    assert states() == [(State.WAITING, 0)]
    work_on_previews()
    preview.refresh_from_db()
    assert (preview.state, preview.failure, preview.problems, preview.computed_from) == (State.DONE, "", [], None)
    assert preview.seconds
    seller, other = PreviewLine.objects.order_by("employee__number")
    assert (seller.commission_as_is, seller.commission_supposed) == (Decimal("7000.00"), Decimal("7700.00"))
    assert (seller.difference, other.difference) == (Decimal("700.00"), Decimal(0))
    assert (seller.rank_as_is, seller.rank_supposed, seller.next_rank_supposed) == ("GW", "GW", "GW")
    north, south = PreviewBranch.objects.order_by("branch__code")
    assert (north.target_as_is, north.target_supposed) == (Decimal("100000.00"), Decimal("50000.00"))
    assert (south.target_as_is, south.target_supposed) == (Decimal("100000.00"), Decimal("100000.00"))


def test_whoever_is_paid_on_one_side_only_has_no_amounts_on_the_other(hr: Actor) -> None:
    asked(hr, plan_text=PLAN_TEXT.replace("code: GW", "code: XX"))
    work_on_previews()
    line = PreviewLine.objects.get(rank_as_is="GW")
    assert (line.gross_as_is, line.gross_supposed, line.difference) == (Decimal("9000.00"), None, Decimal("-9000.00"))
    assert (line.rank_supposed, line.rank_differs) == ("", True)
    assert len(Preview.objects.get().problems) == 1


def test_many_workers_compute_each_preview_once(hr: Actor) -> None:
    for _number in range(3):
        asked(hr)
    at_once(work_on_previews, times=4)
    work_on_previews()
    assert states() == [(State.DONE, 1)] * 3
    assert PreviewLine.objects.count() == 3 * 2


def test_only_one_worker_is_taken_by_previews(hr: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(hr)

    def while_computing(what_if: WhatIf) -> PreviewComparison:
        at_once(work_on_previews, times=1)
        assert at_once(sweep_previews, times=1) == [False]
        assert states() == [(State.RUNNING, 1)]
        return compare(what_if)

    monkeypatch.setattr(work, "compare", while_computing)
    assert sweep_previews()
    work_on_previews()
    assert states() == [(State.DONE, 1)]
    assert not sweep_previews()


def test_what_a_worker_died_over_is_begun_again_and_given_up_at_last(hr: Actor) -> None:
    preview = asked(hr)
    Preview.objects.update(state=State.RUNNING, starts=work.MOST_STARTS - 1)
    assert sweep_previews()
    work_on_previews()
    assert states() == [(State.DONE, work.MOST_STARTS)]
    Preview.objects.update(state=State.RUNNING, done_at=None)
    work_on_previews()
    preview.refresh_from_db()
    assert preview.state == State.FAILED
    assert str(work.MOST_STARTS) in preview.failure


def test_a_failure_is_kept_and_the_next_one_computed(hr: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(hr), asked(hr)
    results = iter([ValueError("no such plan"), None])

    def fails_once(what_if: WhatIf) -> PreviewComparison:
        if problem := next(results):
            raise problem
        return compare(what_if)

    monkeypatch.setattr(work, "compare", fails_once)
    work_on_previews()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.failure) == (State.FAILED, "ValueError: no such plan")
    assert second.state == State.DONE


def test_losing_the_database_is_no_failure(hr: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(hr)

    def lost(what_if: WhatIf) -> PreviewComparison:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as broken:
        broken.setattr(work, "compare", lost)
        with pytest.raises(OperationalError):
            work_on_previews()
    assert states() == [(State.RUNNING, 1)]
    assert sweep_previews(), "the turn is given back"
    work_on_previews()
    assert states() == [(State.DONE, 2)]


def test_one_thrown_away_while_computed_leaves_nothing(hr: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = asked(hr)

    def while_computing(what_if: WhatIf) -> PreviewComparison:
        at_once(lambda: remove_preview(preview, by=hr), times=1)
        return compare(what_if)

    monkeypatch.setattr(work, "compare", while_computing)
    work_on_previews()
    assert not Preview.objects.exists()
    assert not PreviewLine.objects.exists()


def test_its_lines_go_with_it(hr: Actor) -> None:
    preview = asked(hr)
    work_on_previews()
    remove_preview(preview, by=hr)
    assert not PreviewLine.objects.exists()
    assert not PreviewBranch.objects.exists()


@pytest.fixture
def worker(clone: Clone) -> Iterator["subprocess.Popen[bytes]"]:
    """A Celery worker of this database's own."""
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    command = [sys.executable, "-m", "celery", "--app", "salesorg.celery", "--quiet", "worker", "--pool", "solo"]
    environment = os.environ | clone.environment | {"SALESORG_QUEUE_PREFIX": prefix}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    connection.close()
    yield process
    process.terminate()
    process.wait()


@pytest.mark.slow
def test_a_worker_is_woken_by_asking(hr: Actor, worker: "subprocess.Popen[bytes]") -> None:
    preview = asked(hr, plan_text=HIGHER)
    deadline = time.monotonic() + PATIENCE
    while preview.is_open and time.monotonic() < deadline:
        preview.refresh_from_db()
    assert preview.state == State.DONE
    assert PreviewLine.objects.filter(preview=preview, difference=700).count() == 1


def test_months_without_a_result_are_compared_with_what_stands(hr: Actor) -> None:
    preview = Preview(first_month=MAY, last_month=MAY, targets={"North": "1.00"})
    ask_preview(preview, by=hr)
    work_on_previews()
    preview.refresh_from_db()
    assert preview.computed_from == MAY
    assert set(PreviewBranch.objects.values_list("target_as_is", flat=True)) == {Decimal("100000.00")}
