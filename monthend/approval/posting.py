"""What takes a month back that was handed over: its page says so before it is done, and afterwards that it was."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from access.busy import what_was_sent
from access.history.reading import Reading, label_of
from access.history.tracking import tracked_as
from access.models import Change, User
from access.pages.admin_base import viewing
from access.pages.posting import View, around_posts
from monthend.approval.selectors_taking_back import standing, taken_back_since, token
from monthend.models import MonthRun, MonthTransition
from rulebook.wording import month_text, sentences_text

AGREED = "takes_back"
"""The field that says which months may be taken back, as they stood when that was asked."""

KEPT: Sequence[type[Any]] = (MonthTransition, Change)
MOST = 5
"""So many changed records are named before that is agreed to; the others are counted."""


@around_posts
def asks_before_taking_back(view: View) -> View:
    """Do what was sent; where that takes a month back that was handed over, undo it and ask first.

    What can't be sent again, such as a file, is done at once. What was done is told with the next page.
    """

    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        by = request.user  # who leaves the page logged out had it done, too
        if not isinstance(by, User):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            step, latest = _latest()
            response = view(request, *args, **kwargs)
            taken = taken_back_since(step, by=by)
            sent = list(what_was_sent(request)) if taken else []
            asks = bool(sent) and request.POST.get(AGREED) != token(taken)
            changes = _changes_since(latest, viewing(request)) if asks else []
            if asks:
                transaction.set_rollback(True)
        if asks:
            return _ask(request, taken, changes, [pair for pair in sent if pair[0] != AGREED])
        for run in taken:
            messages.warning(request, _told(run))
        return response

    return asked


def _latest() -> tuple[int, int]:
    """The keys of the latest transition of a month and of the latest kept change, by one query."""
    newest = (model.objects.order_by("-pk").values_list(Value(index), "pk")[:1] for index, model in enumerate(KEPT))
    first, second = newest
    found = dict(first.union(second, all=True))
    return found.get(0, 0), found.get(1, 0)


def _changes_since(latest: int, viewer: User) -> list[str]:
    """What the viewer has changed since a kept change: each record with its fields, old and new, accounts masked."""
    kept = Change.objects.filter(pk__gt=latest, by=viewer).order_by("pk")
    changes, count = list(kept[:MOST]), kept.count()
    reading = Reading(changes, viewer)
    told = [
        _("%(kind)s %(record)s: %(changed)s")
        % {
            "kind": tracked_as(change.model).model._meta.verbose_name,
            "record": label_of(change.model, change.label),
            "changed": reading.sentence(change),
        }
        for change in changes
    ]
    return [*told, _("and %(count)s more") % {"count": count - MOST}] if count > MOST else told


def _ask(
    request: HttpRequest, taken: Sequence[MonthRun], changes: Sequence[str], sent: Sequence[tuple[str, str]]
) -> HttpResponse:
    """The page that says whose work would be undone, and sends the same once more."""
    request._messages = default_storage(request)  # type: ignore[attr-defined] # what was said of it is undone, too
    months = _(", ").join(month_text(run.month) for run in taken)
    context = {
        **admin.site.each_context(request),
        "title": _("Go on, and take %(months)s back") % {"months": months},
        "sentences": [*changes, *(_forecast(run) for run in taken)],
        "form": forms.Form(),
        "sent": [*sent, (AGREED, token(taken))],
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/takes_back.html", context)


def _forecast(run: MonthRun) -> str:
    words = _(
        "What you are about to do changes what %(month)s is computed from. It would have to be computed and handed over"
        " anew; who did so reads it on the first page."
    )
    return sentences_text([standing(run), words % {"month": month_text(run.month)}])


def _told(run: MonthRun) -> str:
    words = _("%(month)s is taken back: it has to be computed and handed over anew.") % {"month": month_text(run.month)}
    return sentences_text([words, standing(run)])
