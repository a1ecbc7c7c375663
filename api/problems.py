"""What goes wrong, as RFC 9457 problem details in the caller's language."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from access.refusals import Refused
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


def _problem_of(error: Exception) -> ApiProblem:
    match error:
        case ApiProblem():
            return error
        case Http404():
            return ApiProblem(status.HTTP_404_NOT_FOUND, _("There is no such thing, or it is not yours to see."))
        case PermissionDenied() | exceptions.PermissionDenied():
            return ApiProblem(status.HTTP_403_FORBIDDEN, _("This is not for the role of the token to do."))
        case CloseRefused():
            return ApiProblem(status.HTTP_409_CONFLICT, str(error), more={"errors": _faults(error.reasons)})
        case Refused():
            return ApiProblem(422, error.reason, more={"errors": _faults([error.reason], error.field)})
        case exceptions.Throttled():
            wait = int(getattr(error, "wait", None) or 1) + 1
            return ApiProblem(status.HTTP_429_TOO_MANY_REQUESTS, _("Too many calls: wait a moment."), wait=wait)
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            text = _(
                "A token is needed: Authorization: Bearer TOKEN. This one is missing, unknown, expired or revoked."
            )
            return ApiProblem(status.HTTP_401_UNAUTHORIZED, text)
        case exceptions.APIException():
            return ApiProblem(error.status_code, str(error.detail))
    logger.error("a call failed", exc_info=error)
    return ApiProblem(status.HTTP_500_INTERNAL_SERVER_ERROR, _("This failed, and is logged. Nothing was written."))


def _faults(reasons: Sequence[str], field: str | None = None) -> list[dict[str, Any]]:
    return [{"row": None, "field": field, "value": None, "reason": reason} for reason in reasons]
