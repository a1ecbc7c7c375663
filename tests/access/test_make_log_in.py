"""The server's console makes a new site's first log-in; its password is set by a one-time link."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from access.models import AccountEvent, User
from tests.access.test_log_ins import set_password
from tests.cast import PASSWORD
from tests.firm import Firm

pytestmark = pytest.mark.django_db


def made(*arguments: str) -> str:
    """The link's path."""
    told = StringIO()
    call_command("make_log_in", *arguments, stdout=told)
    return told.getvalue().split("http://")[1].partition("/")[2].strip()


def test_the_first_operator_sets_a_password_by_the_link() -> None:
    link = f"/{made('yunwei')}"
    user = User.objects.get(username="yunwei")
    assert (user.role, user.is_active, user.has_usable_password()) == (User.Role.OPERATOR, True, False)
    assert "密码已设置" in set_password(link)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert User.objects.count() == 1


def test_a_log_in_that_is_there_gets_a_new_link_but_no_other_role() -> None:
    first = made("yunwei")
    assert made("yunwei") != first
    with pytest.raises(CommandError, match="yunwei"):
        call_command("make_log_in", "yunwei", "--role=finance")
    assert User.objects.get().role == User.Role.OPERATOR


def test_who_has_a_password_keeps_it_as_the_log_in_becomes_a_persons(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_password(f"/{made('yunwei', '--to', '运维本人')}")
    user = User.objects.get(username="yunwei")
    person = Firm().clerk()
    call_command("make_log_in", "yunwei", "--employee", person.number)
    assert "密码不变" in capsys.readouterr().out
    user.refresh_from_db()
    assert (user.check_password(PASSWORD), user.person_key) == (True, person.pk)
    assert AccountEvent.objects.get(user=user, kind=AccountEvent.Kind.LINK_MADE).note == "运维本人"


def test_what_is_no_user_name_is_refused() -> None:
    with pytest.raises(CommandError):
        call_command("make_log_in", "no name!")
    assert not User.objects.exists()
