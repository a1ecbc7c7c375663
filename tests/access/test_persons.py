"""Four eyes are two persons, whatever log-ins they use; nobody acts on what is about themselves."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.accounts.actions import AccountRefused, open_log_in, renew_link, save_log_in
from access.accounts.actions_second_factor import reset_second_factor
from access.accounts.second_person import are_one_person, is_about
from access.actor import CONSOLE, Actor
from access.history.acting import acting
from access.models import AccountEvent, Change, User
from rulebook.month import Month
from staff.actions import change_employee
from staff.log_ins.actions import link_log_in
from staff.models import Employee, Review
from staff.pay.actions import PayChangeRefused, confirm_pay_changes
from staff.pay.selectors import pay_changes, waiting_for_viewer, waits_for_second_person
from staff.reviews.actions import ReviewRefused, ReviewTerms, decide_review, record_step, send_review_back, sign_review
from staff.reviews.selectors import review_digest
from tests.cast import browse, known, log_in_of, person

Role, Kind = User.Role, AccountEvent.Kind
MAY = Month(2011, 5)
TODAY = dt.date(2011, 6, 20)
pytestmark = [pytest.mark.django_db, pytest.mark.persons]


def review_of(employee: Employee) -> Review:
    moment = dt.datetime(2011, 6, 1, tzinfo=dt.UTC)
    about = {"employee": employee, "month": MAY, "last_month": MAY}
    return Review.objects.create(**about, kind=Review.Kind.DISMISSAL, opened_at=moment)


def keeps(review: Review, by: User) -> Review:
    return decide_review(review, ReviewTerms(Review.Decision.KEEP, "好转"), today=TODAY, by=Actor(by))


def move_link(employee: Employee, user: User) -> None:
    """As the console does: a person's next log-in."""
    Employee.objects.filter(pk=employee.pk).update(user=user)


def test_two_log_ins_of_a_person_are_one_in_time_too() -> None:
    first, second = log_in_of(Role.HR, "hr-1"), log_in_of(Role.GENERAL_MANAGER, "gm-1")
    me = person("1", first)
    move_link(me, second)
    assert are_one_person(first, [second])
    assert is_about(first, me.pk), "the link that was keeps what it told"
    review = keeps(review_of(person("2")), first)
    with pytest.raises(ReviewRefused, match="不能再签署"):
        sign_review(review, shown=review_digest(review), by=Actor(second))


def test_the_database_counts_persons_too() -> None:
    first, second = log_in_of(Role.HR, "hr-1"), log_in_of(Role.GENERAL_MANAGER, "gm-1")
    me = person("1", first)
    move_link(me, second)
    review = keeps(review_of(person("2")), first)
    signed = {"state": Review.State.DONE, "signed_by": second, "signed_at": review.decided_at}
    with pytest.raises(DatabaseError, match="one person signs once"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(**signed)
    other = keeps(review_of(me), known(Role.HR, "hr-2"))
    with pytest.raises(DatabaseError, match="about themselves"), transaction.atomic():
        Review.objects.filter(pk=other.pk).update(**signed)


def test_nobody_acts_on_a_review_about_themselves() -> None:
    hr, gm = known(Role.HR), known(Role.GENERAL_MANAGER)
    own = review_of(Employee.objects.get(user=hr))
    with pytest.raises(ReviewRefused, match="与本人有关"):
        keeps(own, hr)
    with pytest.raises(ReviewRefused, match="与本人有关"):
        record_step(own, kind="talk", date=TODAY, words="谈话", today=TODAY, by=Actor(hr))
    review = keeps(review_of(Employee.objects.get(user=gm)), hr)
    with pytest.raises(ReviewRefused, match="与本人有关"):
        sign_review(review, shown=review_digest(review), by=Actor(gm))
    with pytest.raises(ReviewRefused, match="与本人有关"):
        send_review_back(review, shown=review_digest(review), reason="不妥", today=TODAY, by=Actor(gm))
    assert (
        sign_review(review, shown=review_digest(review), by=Actor(known(Role.MARKETING_DIRECTOR))).state
        == Review.State.DONE
    )


def test_who_is_nobody_signs_nothing_and_is_told_what_to_do() -> None:
    with pytest.raises(ReviewRefused, match="由人力资源在该人员的员工页"):
        keeps(review_of(person("2")), log_in_of(Role.HR))
    review = keeps(Review.objects.get(), known(Role.HR, "hr-1"))
    with pytest.raises(ReviewRefused, match="由人力资源在该人员的员工页"):
        sign_review(review, shown=review_digest(review), by=Actor(log_in_of(Role.GENERAL_MANAGER)))


def test_a_log_in_stays_the_persons_to_whom_it_was_linked() -> None:
    hr, user = known(Role.HR), log_in_of(Role.SALESPERSON, "s")
    first, second = person("1", user), person("2")
    link_log_in(employee=first, user=None, by=Actor(hr))
    second.user = User.objects.get(pk=user.pk)
    with pytest.raises(AccountRefused, match="s 是 人1"):
        change_employee(employee=second, by=Actor(hr))
    with pytest.raises(DatabaseError, match="another person"), transaction.atomic():
        move_link(second, user)
    User.objects.filter(pk=user.pk).update(person_key=second.pk)
    assert User.objects.get(pk=user.pk).person_key == first.pk
    with pytest.raises(DatabaseError, match="by its link alone"), transaction.atomic():
        User.objects.filter(pk=log_in_of(Role.HR, "x").pk).update(person_key=second.pk)


def test_hr_does_not_move_the_own_link() -> None:
    hr = known(Role.HR)
    me = Employee.objects.get(user=hr)
    address = f"/admin/staff/employee/{me.pk}/change/"
    form = {"name": me.name, "id_number": "", "bank_name": "", "bank_account": "", "phone": "", "email": "", "user": ""}
    page = browse(hr).post(f"{address}?edit=1", form).content.decode()
    assert "本人账号的关联须由另一人更改" in page
    me.refresh_from_db()
    assert me.user == hr
    with pytest.raises(AccountRefused, match="另一人"):
        link_log_in(employee=person("7"), user=hr, by=Actor(hr))
    link_log_in(employee=me, user=None, by=Actor(known(Role.HR, "hr-2")))
    assert not Employee.objects.filter(user=hr).exists()


def test_a_signing_log_in_that_is_linked_is_opened_by_another() -> None:
    hr, other = known(Role.HR), known(Role.HR, "hr-2")
    gm = log_in_of(Role.GENERAL_MANAGER)
    link_log_in(employee=person("3"), user=gm, by=Actor(hr))
    assert not User.objects.get(pk=gm.pk).is_active
    with pytest.raises(AccountRefused):
        open_log_in(user=gm, reason="x", by=Actor(hr))
    open_log_in(user=gm, reason="x", by=Actor(other))
    assert User.objects.get(pk=gm.pk).is_active


def test_one_operator_with_two_log_ins_opens_nothing() -> None:
    first = known(Role.OPERATOR, "op-1")
    second = log_in_of(Role.OPERATOR, "op-2")
    gm = User(username="gm", role=Role.GENERAL_MANAGER)
    save_log_in(user=gm, by=Actor(first))
    renew_link(user=gm, by=Actor(first))
    with pytest.raises(AccountRefused):
        open_log_in(user=gm, reason="x", by=Actor(second))
    move_link(Employee.objects.get(user=first), second)
    with pytest.raises(AccountRefused):
        open_log_in(user=gm, reason="x", by=Actor(User.objects.get(pk=second.pk)))
    open_log_in(user=gm, reason="x", by=Actor(known(Role.OPERATOR, "op-3")))


def test_what_nobody_known_prepared_is_opened_by_no_other() -> None:
    gm = User(username="gm", role=Role.GENERAL_MANAGER)
    save_log_in(user=gm, by=Actor(log_in_of(Role.OPERATOR)))
    with pytest.raises(AccountRefused):
        open_log_in(user=gm, reason="x", by=Actor(known(Role.HR)))


def test_what_a_log_in_of_nobody_entered_is_confirmed_once_it_is_somebodys() -> None:
    nobodys, hr, paid = log_in_of(Role.HR, "hr-0"), known(Role.HR, "hr-1"), person("2")
    with acting(Actor(nobodys), Change.Source.PAGE):
        Employee.objects.filter(pk=paid.pk).update(bank_account="6222020200001111224")
    (change,) = pay_changes(Employee.objects.filter(pk=paid.pk))
    assert not any(change.may_be_confirmed_by(user) for user in (hr, nobodys))
    assert waiting_for_viewer(hr) == waiting_for_viewer(nobodys) == 0
    with pytest.raises(PayChangeRefused, match="账号 hr-0 未关联"):
        confirm_pay_changes(shown=[change.token], checked="电话", by=Actor(hr))
    assert "make_log_in hr-0 --role hr" in waits_for_second_person(change, [])
    assert "make_log_in hr-0 --role hr" in browse(hr).get("/admin/staff/employee/pay-changes/").content.decode()
    move_link(person("3"), nobodys)
    (change,) = pay_changes(Employee.objects.filter(pk=paid.pk))
    assert change.may_be_confirmed_by(hr)
    assert not change.may_be_confirmed_by(log_in_of(Role.FINANCE)), "nobody's log-in is offered to confirm nothing"
    assert confirm_pay_changes(shown=[change.token], checked="电话", by=Actor(hr)) == 1


def guarded(role: str, username: str = "") -> User:
    """A known person's log-in with its second factor set up, which has been used."""
    user = known(role, username)
    TOTPDevice.objects.create(user=user, name="totp", confirmed=True)
    return user


def second_log_in(of: User, role: str, username: str) -> User:
    """As the console does: a person's next log-in, with which the earlier one stays theirs."""
    user = log_in_of(role, username)
    move_link(Employee.objects.get(user=of), user)
    return User.objects.get(pk=user.pk)


def resets(user: User, by: User) -> None:
    reset_second_factor(user=user, reason="手机丢失", by=Actor(by))


def is_open(user: User) -> bool:
    return User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize("role", [Role.GENERAL_MANAGER, Role.BRANCH_GM])
def test_one_person_with_two_log_ins_holds_no_whole_log_in(role: str) -> None:
    first = known(Role.OPERATOR, "op-1")
    second, target = second_log_in(first, Role.OPERATOR, "op-2"), guarded(role)
    renew_link(user=target, by=Actor(first))
    with pytest.raises(AccountRefused, match="make_log_in"):
        resets(target, second)
    nobodys = log_in_of(Role.OPERATOR, "op-3")
    with pytest.raises(AccountRefused, match="make_log_in"):
        resets(target, nobodys)
    other = guarded(role, "other")
    resets(other, first)
    for by in (second, nobodys):
        with pytest.raises(AccountRefused, match="make_log_in"):
            renew_link(user=other, by=Actor(by))


def test_who_is_nobody_makes_no_link_and_resets_nothing_that_takes_two() -> None:
    nobodys = log_in_of(Role.OPERATOR)
    director = guarded(Role.MARKETING_DIRECTOR)
    with pytest.raises(AccountRefused, match="make_log_in"):
        renew_link(user=director, by=Actor(nobodys))
    with pytest.raises(AccountRefused, match="make_log_in"):
        resets(director, nobodys)
    assert not AccountEvent.objects.filter(user=director).exists()
    assert "make_log_in" in browse(nobodys).get(f"/admin/access/user/{director.pk}/care/").content.decode()
    renew_link(user=log_in_of(Role.SALESPERSON), by=Actor(nobodys))


def test_a_reset_with_a_link_in_hand_shuts_until_a_third_opens() -> None:
    first, second, hr = known(Role.OPERATOR, "op-1"), known(Role.OPERATOR, "op-2"), known(Role.HR)
    director, gm = guarded(Role.MARKETING_DIRECTOR), guarded(Role.GENERAL_MANAGER)
    renew_link(user=director, by=Actor(first))
    assert "随即停用" in browse(second).get(f"/admin/access/user/{director.pk}/care/").content.decode()
    resets(director, second)
    resets(gm, first)
    assert is_open(gm), "the password is in the way"
    renew_link(user=gm, by=Actor(second))
    for target in (director, gm):
        assert not is_open(target)
        for by in (first, second):
            with pytest.raises(AccountRefused):
                open_log_in(user=target, reason="x", by=Actor(by))
        open_log_in(user=target, reason="本人到场", by=Actor(hr))
        assert is_open(target)


def test_the_console_is_the_way_out_where_there_is_one_operator() -> None:
    operator, hr, director = known(Role.OPERATOR), known(Role.HR), guarded(Role.MARKETING_DIRECTOR)
    renew_link(user=director, by=Actor(operator))
    with pytest.raises(AccountRefused):
        resets(director, operator)
    renew_link(user=director, by=CONSOLE)
    resets(director, operator)
    open_log_in(user=director, reason="本人到场", by=Actor(hr))
    assert is_open(director)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.HR])
def test_a_log_in_that_opens_others_is_opened_once_it_is_somebodys(role: str) -> None:
    operator, hr = known(Role.OPERATOR, "op-1"), known(Role.HR, "hr-1")
    backup = User(username="backup", role=role)
    save_log_in(user=backup, by=Actor(operator))
    with pytest.raises(AccountRefused):
        open_log_in(user=backup, reason="x", by=Actor(hr))
    page = browse(hr).get(f"/admin/access/user/{backup.pk}/change/").content.decode()
    assert "尚未关联任何人员" in page
    assert "make_log_in" in page
    someone = person("00014")
    call_command("make_log_in", "backup", f"--role={role}", "--employee=00014")
    someone.refresh_from_db()
    assert (someone.user, is_open(backup)) == (backup, False)
    open_log_in(user=backup, reason="本人到场", by=Actor(hr))
    assert is_open(backup)


def test_the_console_says_whose_log_in_it_is() -> None:
    mine = person("00012")
    call_command("make_log_in", "chief", "--role=hr", "--employee=00012")
    mine.refresh_from_db()
    assert mine.user is not None
    assert (mine.user.username, mine.user.is_active, mine.user.person_key) == ("chief", True, mine.pk)
    with pytest.raises(CommandError, match="99999"):
        call_command("make_log_in", "other", "--role=hr", "--employee=99999")
    with pytest.raises(CommandError, match="chief"):
        call_command("make_log_in", "other", "--role=hr", "--employee=00012")
    assert not User.objects.filter(username="other").exists()
