"""What every call has in common: a token, its language, who acts, how much it may send, problems told alike."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.actor import Actor
from access.bodies import SMALL_BYTES, size_of
from access.history.acting import acting
from access.models import Change, User
from api.models import Token
from api.parsing import ExactJSONParser
from api.problems import ApiProblem, ProblemRenderer, answer_problem
from api.selectors import bearer
from api.throttling import PerToken

_BEARER = b"bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`; a browser's session counts for nothing here."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        scheme, _blank, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != _BEARER:
            return None
        token = bearer(secret.decode("latin-1").strip())
        if token is None:
            raise exceptions.AuthenticationFailed
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiView(APIView):
    """A call: with a token, in the language that it asks for, kept as done by the token's log-in."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    throttle_classes = [PerToken]
    parser_classes = [ExactJSONParser]
    most_bytes = SMALL_BYTES
    """How large a body it takes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(language_of(request)), ExitStack() as self._meanwhile:
            response = super().dispatch(request, *args, **kwargs)
            return response.render() if isinstance(response, Response) else response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let it in, before anything of its body is read."""
        super().initial(request, *args, **kwargs)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise ApiProblem(400, translation.gettext("The address holds a character that is none."))
        if size_of(request._request) > self.most_bytes:
            raise ApiProblem(413, _too_large(self.most_bytes))
        self._meanwhile.enter_context(acting(self.actor, Change.Source.API, origin=request.path))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Problems are JSON, whatever else was asked for."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code >= status.HTTP_400_BAD_REQUEST:
            final.accepted_renderer = ProblemRenderer()
        return final

    def get_exception_handler(self) -> Callable[..., Response]:
        return answer_problem

    @property
    def user(self) -> User:
        """The log-in that the token is for."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - narrows the type; `initial` let nobody else in
        return user

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor(self.user)


class NoSuchCall(ApiView):
    """Answers at every address where there is no call."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise exceptions.NotFound


def language_of(request: HttpRequest) -> str:
    """The first language of `Accept-Language` that we speak; Chinese without one."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _too_large(most: int) -> str:
    return translation.gettext("The body is larger than %(most)d bytes, which this call takes.") % {"most": most}
