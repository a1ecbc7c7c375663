"""Pages that ask for something in one form under its title, and say what it is about."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from access.admin_base import ReachAdmin


def ask(
    model_admin: ReachAdmin,
    request: HttpRequest,
    form: forms.Form,
    title: str,
    *,
    back: str,
    about: str = "",
    told: Sequence[str] = (),
    template: str = "admin/act.html",
    **shown: Any,
) -> HttpResponse:
    """A form whose button reads as its title. `about` leads back; `told` and what else is `shown` are what it is about.

    A template that shows more extends `admin/act.html`.
    """
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "form": form,
        "back": back,
        "about": about,
        "told": told,
        **shown,
    }
    return TemplateResponse(request, template, context)
