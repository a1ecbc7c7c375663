"""Tokens: whose they are, what they open, and that they open nothing else."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.utils import timezone

from access.actor import CONSOLE, Actor
from access.models import User
from access.roles import Role
from api.actions import TokenRefused, revoke_token
from api.models import Token
from api.selectors import hash_of
from staff.models import Branch
from tests.api.calling import V1, program

pytestmark = pytest.mark.django_db

PATHS = ["", "schema/", "nowhere/", "months/", "months/2011-04/", "months/2011-04/lines/", "bulk/", "bulk/clients/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer so_guessed"}, {"Authorization": "Basic eDp5"}])
def test_without_a_token_nothing_answers_but_that_one_is_needed(
    path: str, method: str, headers: dict[str, str]
) -> None:
    answer = getattr(Browser(), method)(V1 + path, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "csrftoken" not in answer.cookies


def test_a_browsers_session_counts_for_nothing(client: Browser) -> None:
    client.force_login(User.objects.create(username="hr", role=Role.HR))
    assert client.get(f"{V1}months/").status_code in (302, 401)
    assert client.post(f"{V1}bulk/").status_code in (302, 401)


def test_only_a_hash_of_a_token_is_kept_and_its_use_is_noted() -> None:
    crm = program()
    token = Token.objects.get()
    assert (token.digest, token.last_used_at) == (hash_of(crm.token), None)
    assert crm.token not in str(vars(token))
    assert crm.get("months/").status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None


@pytest.mark.parametrize(
    "ended",
    [{"revoked_at": timezone.now()}, {"expires_at": timezone.now(), "made_at": timezone.now() - dt.timedelta(1)}],
)
def test_a_token_that_has_ended_opens_nothing(ended: dict[str, Any]) -> None:
    crm = program()
    Token.objects.update(**ended)
    assert crm.get("months/").status_code == 401


def test_a_shut_log_in_has_no_token_that_is_good() -> None:
    hr = program("hr", "hr")
    User.objects.update(is_active=False)
    assert hr.get("months/").status_code == 401


def test_operators_revoke_tokens_once_and_nobody_else_does() -> None:
    program()
    token = Token.objects.get()
    hr, operator = (User.objects.create(username=role, role=role) for role in (Role.HR, Role.OPERATOR))
    with pytest.raises(TokenRefused):
        revoke_token(token, by=Actor(hr))
    revoke_token(token, by=Actor(operator))
    with pytest.raises(TokenRefused):
        revoke_token(token, by=CONSOLE)
    token.refresh_from_db()
    assert token.revoked_by == operator


def test_a_program_logs_in_nowhere(client: Browser) -> None:
    program()
    user = User.objects.get()
    assert (user.is_staff, user.has_usable_password()) == (False, False)
    user.set_password("guess me if you can")
    user.save()
    assert not client.login(username="crm", password="guess me if you can")
    client.force_login(user)
    assert client.get("/").status_code == 302


def test_a_token_is_for_the_persons_log_in_if_there_is_one() -> None:
    program("operator", "anne")
    with pytest.raises(CommandError, match="已存在"):
        call_command("make_token", "anne", "--role", "hr", stdout=io.StringIO())
    program("operator", "anne")
    assert (User.objects.count(), Token.objects.count()) == (1, 2)


@pytest.mark.parametrize("options", [["--branch", "B99"], ["--employee", "99999"], ["--days", "0"]])
def test_a_token_for_what_is_not_there_is_refused(options: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("make_token", "crm", "--role", "integration", *options, stdout=io.StringIO())
    assert not User.objects.exists()


def test_an_integration_decides_nothing() -> None:
    crm = program()
    for act in ("submit", "approve", "return"):
        assert crm.post(f"months/2011-04/{act}/", {"reason": "…"}).status_code == 403


def test_each_role_does_what_its_pages_let_it_do() -> None:
    statuses = {
        role: (
            program(role, role).get("months/").status_code,
            program(role, role).post("bulk/branches/", {"rows": []}).status_code,
            program(role, role).post("months/2011-04/compute/").status_code,
        )
        for role in Role.values
    }
    reads, none = (200, 403, 403), (403, 403, 403)
    assert statuses == {
        "salesperson": none, "sales_manager": reads, "branch_gm": reads, "hr": (200, 200, 404), "finance": reads,
        "marketing_director": reads, "general_manager": reads, "auditor": reads, "operator": none,
        "integration": (200, 200, 404),
    }  # fmt: skip


def test_a_token_has_so_many_calls_a_minute_and_each_token_its_own(settings: Any) -> None:
    settings.SALESORG_CALLS_A_MINUTE = 2
    crm, other = program(), program()
    answers = [crm.get("months/") for _time in range(5)]
    assert {answer.status_code for answer in answers[:2]} == {200}
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 1  # the minute may turn meanwhile
    assert 1 <= int(refused[0]["Retry-After"]) <= 61
    assert refused[0].json()["status"] == 429
    assert other.get("months/").status_code == 200


def test_calls_go_on_where_nothing_counts_them(settings: Any) -> None:
    settings.CACHES = {**settings.CACHES, "shared": {**settings.CACHES["shared"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert program().get("months/").status_code == 200


def test_who_sees_the_company_has_no_token_of_a_branch() -> None:
    branch = Branch.objects.create(code="B01", name="一分公司")
    with pytest.raises(CommandError, match="分公司"):
        call_command("make_token", "crm", "--role", "integration", "--branch", branch.code, stdout=io.StringIO())
