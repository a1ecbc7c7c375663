"""The language of a page."""

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware

_ASKED = "HTTP_ACCEPT_LANGUAGE"


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Chinese, unless this person has chosen English here: what the browser prefers is often nobody's choice."""

    def process_request(self, request: HttpRequest) -> None:
        """Look at the cookie of the choice only; calls of programs are answered as they ask (api/base.py)."""
        asked = request.META.pop(_ASKED, None)
        super().process_request(request)
        if asked is not None:
            request.META[_ASKED] = asked
