"""A call that bears an `Idempotency-Key` is done once: sent again, it is answered as it was the first time."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from access.models import User
from api.models import AnsweredCall
from api.problems import ApiProblem, answer_problem

KEPT = dt.timedelta(hours=24)
LONGEST_KEY = 255


def answered_once(request: Request, user: User, call: Callable[[], Response]) -> Response:
    """The answer of a call, or what a call with the same key was answered within a day. Calls with one key wait for
    each other. Raises ApiProblem for the same key with something else asked."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return call()
    if not 0 < len(key) <= LONGEST_KEY:
        raise ApiProblem(400, _("An Idempotency-Key has 1 to %(most)d characters.") % {"most": LONGEST_KEY})
    asked = _hash_of(request)
    with transaction.atomic():
        _wait_for(user, key)
        known = AnsweredCall.objects.filter(user=user, key=key, at__gt=timezone.now() - KEPT).first()
        if known is None:
            return _keep(user, key, asked, call)
    if known.asked != asked:
        raise ApiProblem(422, _("This Idempotency-Key was used for another call."), name="idempotency-key")
    return Response(known.answer, status=known.status)


def forget_answers(now: dt.datetime) -> int:
    """Forget what is older than a day; returns how many."""
    return AnsweredCall.objects.filter(at__lte=now - KEPT).delete()[0]


def _keep(user: User, key: str, asked: str, call: Callable[[], Response]) -> Response:
    try:
        with transaction.atomic():
            response = call()
    except ApiProblem as problem:
        response = answer_problem(problem, {})
    AnsweredCall.objects.update_or_create(
        user=user,
        key=key,
        defaults={
            "asked": asked, "status": response.status_code, "answer": response.data, "at": timezone.now(),
        },
    )  # fmt: skip
    return response


def _wait_for(user: User, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, user.pk])


def _hash_of(request: Request) -> str:
    said = [request.method, request.get_full_path(), request.data]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
