"""The second factor: set up with a phone, then asked for at each log-in."""

from collections.abc import Callable

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_otp import login as verify
from django_otp.models import Device

from access.accounts.actions_guesses import Attempt, TooSoon, begin_code, keep_in_mind, turned_out_right
from access.accounts.actions_second_factor import begin_second_factor, confirm_second_factor, matching_device, secret_of
from access.accounts.devices import address_of
from access.accounts.guesses import in_words
from access.accounts.known_devices import known_as, remember
from access.accounts.printed_links import qr_code
from access.accounts.second_person import has_second_factor
from access.actor import Actor
from access.middleware import owes_second_factor
from access.pages.admin_base import viewing
from portal.accounts import not_yet, note_log_in
from portal.pages import private

Page = Callable[[HttpRequest], HttpResponseBase]


class CodeForm(forms.Form):
    """A code: six digits of the phone, or eight letters of the paper."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none"}),
    )

    def clean_code(self) -> str:
        """Without the blanks that apps show in it."""
        return "".join(str(self.cleaned_data["code"]).split())


def _page(view: Page) -> Page:
    return private(require_http_methods(["GET", "HEAD", "POST"])(login_required(view)))


@_page
def prove(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code; who has set up none yet does so first."""
    user = viewing(request)
    if not owes_second_factor(request, user):
        return redirect(_next(request))
    if not has_second_factor(user):
        return redirect("portal:set_up_second_factor")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        address = address_of(request)
        try:
            attempt = begin_code(user, address=address, device=known_as(request, user))
        except TooSoon as too_soon:
            return not_yet(request, too_soon)
        keep_in_mind(user, attempt, address=address)
        device = matching_device(user, form.cleaned_data["code"])
        if device is not None:
            turned_out_right(attempt)
            return _proven(request, device)
        form.add_error("code", _wrong_code(attempt))
    return render(request, "portal/second_factor.html", {"form": form, "next": request.GET.get("next", "")})


def _wrong_code(attempt: Attempt) -> str:
    told = _("The code is wrong or used already. Wait for the next one.")
    if not attempt.wait:
        return told
    return f"{told} {_('The next try from here is looked at in %(wait)s.') % {'wait': in_words(attempt.wait)}}"


@_page
def set_up(request: HttpRequest) -> HttpResponseBase:
    """Show the secret as a picture and as text, and take it into use with the first code; then the recovery codes."""
    user = viewing(request)
    if has_second_factor(user):
        return redirect("portal:second_factor" if owes_second_factor(request, user) else "portal:log_ins")
    device = begin_second_factor(user)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        confirmed = confirm_second_factor(user=user, code=form.cleaned_data["code"], by=Actor(user))
        if confirmed is not None:
            device, codes = confirmed
            _proven(request, device)
            shown = render(request, "portal/recovery_codes.html", {"codes": codes})
            remember(request, shown, user)
            return shown
        form.add_error("code", _("The code is wrong. Is the phone's clock right? Try the next code."))
    del form.fields["code"].widget.attrs["autofocus"]  # would scroll past the picture
    form.fields["code"].widget.attrs["inputmode"] = "numeric"
    context = {
        "form": form,
        "picture": qr_code(device.config_url),
        "secret": secret_of(device),
        "link": device.config_url,
    }
    return render(request, "portal/set_up_second_factor.html", context)


def _proven(request: HttpRequest, device: Device) -> HttpResponseBase:
    verify(request, device)
    user = viewing(request)
    note_log_in(request, user)
    response = redirect(_next(request))
    remember(request, response, user)
    return response


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
