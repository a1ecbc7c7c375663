"""What a browser may load and run on the site's pages: nothing from elsewhere, no script that stands in a page.

The portal and pages of errors run no script at all. The administration's run the site's own files, and Alpine, on which
Unfold's pages stand, makes functions of the expressions in its attributes: 'unsafe-eval' stays, since Unfold writes
expressions that Alpine's other build, which does without, can't read. An expression would have to be put into a page
as an attribute first, which escaping refuses. Of styles in attributes the administration needs one, the width of the
bar of actions; a style can load nothing from elsewhere under this policy, and elements with styles stay refused.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

Answer = Callable[[HttpRequest], HttpResponse]
HEADER = "Content-Security-Policy"

EVERYWHERE = (
    "default-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
OF_ADMIN = (
    "script-src 'self' 'unsafe-eval'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
)
OF_OTHERS = ("img-src 'self'",)


class ContentPolicy:
    """Sends the policy with every answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response[HEADER] = policy(is_admin=request.path.startswith(reverse("admin:index")))
        return response


@cache
def policy(*, is_admin: bool) -> str:
    """The policy of a page. The style of pages of errors, which need nothing else, is named by its hash."""
    digest = hashlib.sha256(render_to_string("error.css").encode()).digest()
    style = f"style-src 'self' 'sha256-{base64.b64encode(digest).decode()}'"
    return "; ".join([*EVERYWHERE, style, *(OF_ADMIN if is_admin else OF_OTHERS)])
