"""What happens by the calendar, and what `health` says about it."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from monthend.health import note_sweep, problems
from monthend.models import MonthRun, MonthStep
from monthend.schedule import late_month, prepare_month
from monthend.work import work_on
from tests.firm import APRIL, MAY, Firm, on
from tests.infrastructure.disks import small_disk

NOW = dt.datetime(2011, 5, 5, 12, tzinfo=dt.UTC)


@pytest.fixture
def firm(db: None) -> Firm:
    firm = Firm()
    firm.sells(firm.seller("ZL"), "30000.00")
    return firm


def runs() -> list[tuple[str, str]]:
    return [(str(run.month), run.state) for run in MonthRun.objects.order_by("pk")]


@pytest.mark.parametrize(("day", "prepared"), [("04-02", False), ("05-01", False), ("05-02", True), ("05-31", True)])
def test_last_month_is_computed_from_the_set_day_on(firm: Firm, day: str, prepared: bool) -> None:
    assert (prepare_month(on(day)) is not None) is prepared
    assert runs() == ([("2011-04", "running")] if prepared else [])


def test_only_last_month_is(firm: Firm) -> None:
    assert prepare_month(on("06-02")) is None
    firm.close(APRIL)
    assert prepare_month(on("05-31")) is None
    assert prepare_month(on("06-02")) is not None
    assert runs()[-1] == ("2011-05", "running")


def test_what_stands_is_left_alone_and_what_is_stale_computed_anew(firm: Firm) -> None:
    run = prepare_month(on("05-02"))
    assert run is not None
    assert prepare_month(on("05-02")) is None
    work_on(run.pk)
    assert prepare_month(on("05-03")) is None
    assert run.transitions.first().reason  # type: ignore[union-attr]
    firm.sells(firm.seller("ZL"), "1.00")
    assert prepare_month(on("05-04")) is not None
    assert [state for _month, state in runs()] == ["replaced", "running"]


@pytest.mark.parametrize(("day", "late"), [("05-10", False), ("05-11", True), ("09-01", True)])
def test_a_month_is_late_after_its_due_day(firm: Firm, day: str, late: bool) -> None:
    assert late_month(on(day)) == (APRIL if late else None)
    firm.close(APRIL)
    assert late_month(on("06-10")) is None
    assert late_month(on("06-11")) == MAY


def test_health_tells_of_silence_late_months_and_standstill(firm: Firm) -> None:
    note_sweep(NOW)
    assert problems(NOW) == []
    assert problems(NOW + dt.timedelta(seconds=60)) == []
    assert len(problems(NOW + dt.timedelta(seconds=61))) == 1
    late = NOW.replace(day=11)
    note_sweep(late)
    assert ["2011年4月" in problem for problem in problems(late)] == [True]
    firm.close(APRIL)
    run = MonthRun.objects.get()
    assert problems(late) == []
    run.pk, run.state, run.month = None, MonthRun.State.RUNNING, MAY
    run.locked_at, run.seal, run.link, run.locked_at_console = None, "", "", False
    run.started_at = late - dt.timedelta(minutes=11)
    run.save(force_insert=True)
    assert ["2011年5月" in problem for problem in problems(late)] == [True]
    step = MonthStep(run=run, position=0, name="credit", branch=firm.north, state="done", done_at=late)
    step.save()
    assert problems(late) == []


def test_health_tells_of_a_queue_that_is_away(firm: Firm, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert len(problems(NOW)) == 1


def test_the_command_fails_with_the_reasons(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    note_sweep(timezone.now() - dt.timedelta(hours=1))
    with pytest.raises(CommandError, match="bin/work"):
        call_command("health")
    firm.close(APRIL)
    note_sweep(timezone.now())
    with pytest.raises(CommandError, match="2011年5月"):
        call_command("health")


@pytest.mark.small_disk
@pytest.mark.parametrize(("megabytes", "is_told"), [(499, True), (501, False)])
def test_health_tells_of_a_disk_that_fills_up(firm: Firm, settings: Settings, megabytes: int, is_told: bool) -> None:
    note_sweep(NOW)
    with small_disk(megabytes) as disk:
        settings.STATE_DIR = disk
        assert [str(disk) in problem and "499 MB" in problem for problem in problems(NOW)] == [True] * is_told
