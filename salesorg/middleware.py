"""The language of a page."""

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Chinese, unless this person has chosen English here: what the browser prefers is often nobody's choice."""

    def process_request(self, request: HttpRequest) -> None:
        """Look at the cookie of the choice only."""
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)
