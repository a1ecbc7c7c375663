"""What goes wrong, as RFC 9457 problem details in the caller's language."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from access.refusals import EffectChanged, Refused
from monthend.checks import CloseRefused

logger = logging.getLogger(__name__)

ADDRESS = "/api/v1/problems/"


class ProblemRenderer(JSONRenderer):
    """Problem details have a media type of their own."""

    media_type = "application/problem+json"


class ApiProblem(exceptions.APIException):
    """A problem with a name, which ends its `type`; `more` is told beside what all problems tell."""

    def __init__(
        self, code: int, detail: str, *, name: str = "", more: Mapping[str, Any] | None = None, wait: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status_code, self.name, self.more, self.wait = code, name, dict(more or {}), wait


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever a call raised; what nobody foresaw is logged, and told no more of than that it was."""
    problem = _problem_of(error)
    headers = {}
    if problem.status_code == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.wait is not None:
        headers["Retry-After"] = str(problem.wait)
    body = {
        "type": f"{ADDRESS}{problem.name}" if problem.name else "about:blank",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": str(problem.detail),
        **problem.more,
    }
    response = Response(body, status=problem.status_code, headers=headers)
    response["Vary"] = "Accept-Language"
    return response


_FORESEEN: Sequence[tuple[tuple[type[Exception], ...], int, Any, str, int | None]] = (
    ((Http404,), 404, gettext_lazy("There is no such thing, or it is not yours to see."), "", None),
    (
        (PermissionDenied, exceptions.PermissionDenied),
        403,
        gettext_lazy("This is not for the role of the token to do."),
        "",
        None,
    ),
    (
        (exceptions.NotAuthenticated, exceptions.AuthenticationFailed),
        401,
        gettext_lazy(
            "A token is needed: Authorization: Bearer TOKEN. This one is missing, unknown, expired or revoked."
        ),
        "",
        None,
    ),
    (
        (EffectChanged,),
        409,
        gettext_lazy("What it would do has changed meanwhile: look at the preview again."),
        "effect-changed",
        None,
    ),
    (
        (OperationalError,),
        503,
        gettext_lazy("Others are at work on the same just now: call again in a moment. Nothing was written."),
        "",
        2,
    ),
    ((DataError,), 422, gettext_lazy("A value is too long or too large to be kept."), "", None),
    ((RequestDataTooBig,), 413, gettext_lazy("The form holds more than this call takes."), "", None),
    (
        (SuspiciousOperation, UnreadablePostError),
        400,
        gettext_lazy("The body can't be read, or has more parts than any call takes."),
        "",
        None,
    ),
)
"""What calls raise: the status that it is told with, the words, the name of the problem, how long to wait (seconds)."""


def _problem_of(error: Exception) -> ApiProblem:
    for kinds, code, text, name, wait in _FORESEEN:
        if isinstance(error, kinds):
            return ApiProblem(code, str(text), name=name, wait=wait)
    match error:
        case ApiProblem():
            return error
        case CloseRefused():
            return ApiProblem(status.HTTP_409_CONFLICT, str(error), more={"errors": _faults(error.reasons)})
        case Refused():
            return ApiProblem(422, error.reason, more={"errors": _faults([error.reason], error.field)})
        case exceptions.Throttled():
            wait_for = int(getattr(error, "wait", None) or 1) + 1
            return ApiProblem(429, _("Too many calls: wait a moment."), wait=wait_for)
        case exceptions.APIException():
            return ApiProblem(error.status_code, str(error.detail))
    logger.error("a call failed", exc_info=error)
    return ApiProblem(status.HTTP_500_INTERNAL_SERVER_ERROR, _("This failed, and is logged. Nothing was written."))


def _faults(reasons: Sequence[str], field: str | None = None) -> list[dict[str, Any]]:
    return [{"row": None, "field": field, "value": None, "reason": reason} for reason in reasons]
