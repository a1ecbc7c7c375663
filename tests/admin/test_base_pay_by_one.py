"""Base pay comes back by no log-in alone: what a personnel event was counts as well as what it is."""

import datetime as dt
from collections.abc import Sequence

from access.actor import Actor
from monthend.approval.selectors_since_last_month import ChangeKind, changed_since_last_month
from portal.pay_notices import pay_notices
from staff.models import Department, Employee, PersonnelEvent, Post
from staff.pay.selectors import PayChange, pay_changes
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_corrections import shown_on
from tests.admin.test_pay_changes import ADD, blockers, confirm
from tests.admin.test_uploads import send
from tests.firm import MAY
from tests.imports.books import book_of, saved
from workbooks.company.importing import import_workbook
from workbooks.models import Upload
from workbooks.uploads.work import work_on_uploads

HEADINGS = ["工号", "日期", "类型", "新部门编码", "新职级编码", "新基本工资"]


def enter(house: House, kind: str, person: Employee, day: str, **given: object) -> None:
    """Enter an event on the page, as human resources."""
    hr, told = house.browse(Role.HR), {"person": person.number, "date": day, **given}
    page = hr.post(f"{ADD}?kind={kind}", {"step": "look", **told}, follow=True).content.decode()
    hr.post(f"{ADD}?kind={kind}", {"step": "confirm", "shown": shown_on(page), **told})


def bring(house: House, *rows: Sequence[object], by: Role = Role.HR) -> None:
    """Import personnel events."""
    file = saved(book_of({"异动": [HEADINGS, *map(list, rows)]}))
    outcome = import_workbook(file, file_name="异动.xlsx", by=Actor(house.users[by]))
    assert outcome.imported, outcome.errors


def office(house: House) -> Department:
    """An office of the other branch, with a code as workbooks have it."""
    made = Department.objects.get(pk=house.firm.south_office.pk)
    made.pk, made.code, made.name = None, "B02X", "第二办公室"
    made.save(force_insert=True)
    return made


def take_back(house: House, person: Employee, day: str) -> None:
    """Take an event back on its page, as human resources."""
    event = PersonnelEvent.objects.get(employee=person, date=day)
    house.browse(Role.HR).post(address(PersonnelEvent, "delete", event.pk), {"post": "yes"})
    assert not PersonnelEvent.objects.filter(pk=event.pk).exists()


def waits(house: House, person: Employee, told: str) -> PayChange:
    """That it waits, blocks the month, stands in what changed, and is told to the person; confirmed then by finance."""
    [change] = pay_changes(until=dt.date(2011, 5, 31))
    assert (change.employee, change.lines) == (person, [told])
    assert any(person.number in text for text in blockers(house))
    hr, finance = house.users[Role.HR], house.users[Role.FINANCE]
    assert not change.may_be_confirmed_by(hr)
    open_lines = [one for one in changed_since_last_month(MAY) if one.needs_confirmation and not one.confirmed]
    assert [(one.what, one.person, one.entered and one.entered.by) for one in open_lines] == [
        (ChangeKind.BASE_PAY, person, hr)
    ]
    assert [notice.is_open for notice in pay_notices(person, dt.datetime.now(dt.UTC))][:1] == [True]
    assert change.may_be_confirmed_by(finance)
    confirm(house.browse(Role.FINANCE))
    assert not pay_changes()
    return change


def test_a_salary_that_was_confirmed_is_not_emptied_by_one(house: House) -> None:
    clerk, south = house.north.clerk, office(house)
    enter(house, "transfer", clerk, "2011-05-10", department=south.pk, base_salary="999")
    confirm(house.browse(Role.FINANCE))
    assert not pay_changes()
    bring(house, (clerk.number, "2011-05-10", "调动", south.code, None, None))
    assert Post.objects.filter(employee=clerk).latest("start").base_salary != 999
    waits(house, clerk, f"自 2011-05-10 起：基本工资 999.00 → 自 2011-05-10 起：基本工资不变，{south}")


def test_a_departure_that_was_entered_is_undone_by_no_one_alone(house: House) -> None:
    clerk, south = house.north.clerk, office(house)
    enter(house, "departure", clerk, "2011-05-10")
    assert not pay_changes(), "a departure takes nothing to another's account"
    take_back(house, clerk, "2011-05-10")
    waits(house, clerk, "撤销：自 2011-05-10 起：离岗")
    enter(house, "departure", clerk, "2011-05-11")
    bring(house, (clerk.number, "2011-05-11", "调动", south.code, None, None))
    assert pay_changes()
    take_back(house, clerk, "2011-05-11")
    waits(house, clerk, "撤销：自 2011-05-11 起：离岗")


def test_an_import_that_was_confirmed_is_undone_by_no_one_alone(house: House) -> None:
    clerk, south, hr = house.north.clerk, office(house), house.browse(Role.HR)
    send(
        hr,
        "异动.xlsx",
        saved(book_of({"异动": [HEADINGS, [clerk.number, "2011-05-10", "调动", south.code, None, 999]]})),
    )
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    for act in ("", "ask_undo", "undo"):
        upload.refresh_from_db()
        hr.post(address(Upload, "change", upload.pk), {"act": act, "shown": upload.undo_shown or upload.shown})
        work_on_uploads()
        if not act:
            confirm(house.browse(Role.FINANCE))
            assert not pay_changes()
    assert not PersonnelEvent.objects.filter(employee=clerk, date="2011-05-10").exists()
    waits(house, clerk, "撤销：自 2011-05-10 起：基本工资 999.00")
