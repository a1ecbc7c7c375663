"""Nobody enters, changes or takes back what happens to themselves: told before, refused by the action."""

import datetime as dt

import pytest
from django.test import Client as Browser

from access.actor import CONSOLE, Actor
from access.models import User
from access.refusals import Refused
from people.personnel.actions import effect_of, make_move, take_back_move
from people.personnel.selectors import Kind, MoveRefused, Moving
from staff.actions import enter_absence, remove_absence
from staff.models import Absence, Employee, PersonnelEvent, Post
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_pages import links_of
from tests.admin.test_personnel import ADD, ask, wrong_fields
from tests.cast import actor_of, browse, log_in_of
from tests.firm import on

ANOTHER = "由另一位人力资源"
DAY = dt.date(2011, 6, 16)
TODAY = dt.date(2011, 6, 20)


@pytest.fixture
def own(house: House) -> Employee:
    """A clerk of the north who is of human resources as well."""
    return house.north.clerk


@pytest.fixture
def hr(own: Employee) -> User:
    return log_in_of(Role.HR, "hr-own", of=own)


@pytest.fixture
def browser(hr: User) -> Browser:
    return browse(hr)


def kept() -> list[object]:
    return [*PersonnelEvent.objects.order_by("pk").values(), *Absence.objects.values(), *Post.objects.values()]


def told_on(page: object) -> str:
    return " ".join(str(message) for message in page.context["messages"])  # type: ignore[attr-defined]


def test_no_own_post_changes(hr: User, own: Employee, browser: Browser) -> None:
    before = kept()
    leaves = Moving(own, Kind.DEPARTURE, DAY)
    shown = effect_of(leaves, today=TODAY, by=CONSOLE).digest
    with pytest.raises(MoveRefused, match=ANOTHER):
        effect_of(leaves, today=TODAY, by=Actor(hr))
    with pytest.raises(MoveRefused, match=ANOTHER):
        make_move(leaves, shown=shown, today=TODAY, by=Actor(hr))
    assert "不能是本人" in browser.get(f"{ADD}?kind=transfer").content.decode()
    for step in ("look", "confirm"):
        page = ask(browser, "departure", step, person=own.number, date=DAY.isoformat(), shown=shown)
        assert wrong_fields(page) == ["person"]
        assert ANOTHER in page
    assert kept() == before
    assert not any(link.startswith(ADD) for link in links_of(browser, address(Employee, "change", own.pk)))
    assert make_move(leaves, shown=shown, today=TODAY, by=actor_of(Role.HR, "second")).event.pk


def test_no_own_change_is_taken_back(hr: User, own: Employee, browser: Browser, house: House) -> None:
    house.firm.leave(own, "06-16")
    event = PersonnelEvent.objects.get(kind="departure")
    before = kept()
    with pytest.raises(MoveRefused, match=ANOTHER):
        take_back_move(event, by=Actor(hr))
    url = address(PersonnelEvent, "delete", event.pk)
    assert ANOTHER in told_on(browser.get(url, follow=True))
    assert ANOTHER in told_on(browser.post(url, {"post": "yes"}, follow=True))
    assert kept() == before
    take_back_move(event, by=actor_of(Role.HR, "second"))
    assert Post.objects.get(employee=own).end is None


def test_no_own_leave_is_entered_changed_or_taken_back(hr: User, own: Employee, browser: Browser) -> None:
    add, given = address(Absence, "add"), {"kind": "sick", "start": "2011-08-01", "end": "2011-08-09", "note": ""}
    before = kept()
    assert ANOTHER in browser.get(add).content.decode()
    assert ANOTHER in told_on(browser.post(add, {**given, "employee": own.pk}, follow=True))
    new = Absence(employee=own, start=on("08-01"), end=on("08-09"), kind=Absence.Kind.SICK)
    with pytest.raises(Refused, match=ANOTHER):
        enter_absence(absence=new, is_new=True, by=Actor(hr))
    assert kept() == before
    enter_absence(absence=new, is_new=True, by=actor_of(Role.HR, "second"))
    before = kept()
    change, delete = (address(Absence, what, new.pk) for what in ("change", "delete"))
    assert ANOTHER in browser.get(change).content.decode()
    assert ANOTHER in told_on(browser.post(change, {"kind": "sick", "end": "2011-08-02", "note": ""}, follow=True))
    assert ANOTHER in told_on(browser.get(delete, follow=True))
    assert ANOTHER in told_on(browser.post(delete, {"post": "yes"}, follow=True))
    with pytest.raises(Refused, match=ANOTHER):
        remove_absence(absence=new, by=Actor(hr))
    assert kept() == before
    remove_absence(absence=new, by=actor_of(Role.HR, "third"))
    assert not Absence.objects.filter(employee=own, start=on("08-01")).exists()


def test_anothers_is_entered_and_taken_back(hr: User, house: House, browser: Browser) -> None:
    person = house.north.closer
    add, given = address(Absence, "add"), {"kind": "sick", "start": "2011-08-01", "end": "2011-08-09", "note": ""}
    browser.post(add, {**given, "employee": person.pk})
    absence = Absence.objects.get(employee=person, start=on("08-01"))
    assert ANOTHER not in browser.get(address(Absence, "change", absence.pk)).content.decode()
    browser.post(address(Absence, "delete", absence.pk), {"post": "yes"})
    assert not Absence.objects.filter(pk=absence.pk).exists()


@pytest.mark.persons
def test_a_log_in_that_is_nobodys_moves_nobody(house: House) -> None:
    nobodys = Actor(User.objects.create(username="nobody", role=Role.HR))
    before = kept()
    with pytest.raises(MoveRefused, match="尚未关联人员"):
        effect_of(Moving(house.north.closer, Kind.DEPARTURE, DAY), today=TODAY, by=nobodys)
    with pytest.raises(Refused, match="尚未关联人员"):
        remove_absence(absence=Absence.objects.all()[0], by=nobodys)
    assert kept() == before
