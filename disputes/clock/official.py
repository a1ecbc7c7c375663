"""The calendar as the State Council published it, from the library that is pinned (chinesecalendar)."""

from collections.abc import Iterator

from chinese_calendar.constants import Holiday, holidays, workdays

from disputes.clock.models import WorkingDay


def official_days() -> Iterator[WorkingDay]:
    """Every public holiday, and every make-up day at a week-end, of the years that are known; not saved."""
    names = {one.value: one.chinese for one in Holiday}
    for days, is_working in ((holidays, False), (workdays, True)):
        for day, occasion in days.items():
            yield WorkingDay(day=day, is_working=is_working, name=names.get(occasion, occasion), is_official=True)
