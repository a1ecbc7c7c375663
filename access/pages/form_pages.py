"""Pages that ask for something in one form: done at once, or looked at first and then confirmed; and taken back."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from access.pages.admin_base import ReachAdmin
from access.refusals import EffectChanged, Refused

Effect = TypeVar("Effect")
Made = TypeVar("Made")


def ask(
    model_admin: ReachAdmin,
    request: HttpRequest,
    form: forms.Form,
    title: str,
    *,
    back: str,
    about: str = "",
    sentences: Sequence[str] = (),
    template: str = "admin/act.html",
    **shown: Any,
) -> HttpResponse:
    """A form whose button reads as its title. `about` leads back; `sentences` and what else is `shown` say what it is
    about.

    A template that shows more extends `admin/act.html`.
    """
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "form": form,
        "back": back,
        "about": about,
        "sentences": sentences,
        **shown,
    }
    return TemplateResponse(request, template, context)


def look_or_confirm(
    request: HttpRequest, form: forms.Form, *, look: Callable[[], Effect], confirm: Callable[[], Made]
) -> tuple[Effect | None, Made | None]:
    """What a form would do or, confirmed, did; neither where it is refused or filled in wrongly, which it tells.

    What has become another effect than was shown when it is confirmed, is looked at again.
    """
    if not form.is_valid():
        return None, None
    try:
        if request.POST.get("step") == "confirm":
            return None, confirm()
        return look(), None
    except EffectChanged as changed:
        messages.warning(request, _("What it does has changed: look again, then confirm."))
        return changed.effect, None
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
        return None, None


class TakesBack(ReachAdmin):
    """Records that are taken back by deleting them."""

    change_form_template = "admin/taken_back.html"
