"""What sets a client apart, as marks beside its name."""

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clients.models import Client


def mark_words(client: Client, *, is_major: bool) -> list[str]:
    """Whether it is a strategic client, and whether its receipts make it a major one."""
    words = [_("strategic")] if client.is_strategic else []
    return [*words, _("major")] if is_major else words


def marks_of(client: Client, *, is_major: bool) -> SafeString:
    """The same for a list."""
    words = mark_words(client, is_major=is_major)
    return format_html_join("", ' <span class="state">{}</span>', ((word,) for word in words))
