"""Logging in, setting and changing one's password, and seeing one's own log-ins."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actions import note_event
from access.actor import Actor
from access.devices import address_of, device_of
from access.links import signer
from access.middleware import DUE
from access.models import AccountEvent, User
from access.reach import within_reach
from access.rights import needs_second_factor
from access.second_person import has_second_factor
from portal.pages import guarded_class, own_page
from portal.selectors import own_pay

SHOWN = 50


class LogInForm(AuthenticationForm):
    """User name and password; one answer to a wrong name, a wrong password and a closed account."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": gettext_lazy(
            "The user name or the password is wrong. Mind capitals;"
            " whoever looks after the log-ins can set a new password."
        ),
    }


@guarded_class
class LogIn(LoginView):
    """The log-in page; whoever is logged in already is sent on."""

    template_name = "portal/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Log in; who has or needs a second factor is asked for it before anything else."""
        user: User = form.get_user()
        login(self.request, user)
        if needs_second_factor(user) or has_second_factor(user):
            self.request.session[DUE] = True
        else:
            note_log_in(self.request, user)
        return HttpResponseRedirect(self.get_success_url())


def note_log_in(request: HttpRequest, user: User) -> None:
    """Keep from where and with what somebody logged in."""
    kind = AccountEvent.Kind.LOGGED_IN
    note_event(user, kind, by=Actor(user), address=address_of(request), device=device_of(request))


def locked_out(request: HttpRequest, response: object, credentials: object, *args: object) -> HttpResponse:
    """The page after too many wrong passwords."""
    return render(request, "portal/locked_out.html", {}, status=429)


@guarded_class
class Welcome(PasswordResetConfirmView):
    """Where a one-time link leads: the password is set, then one logs in with it."""

    template_name = "portal/welcome.html"
    token_generator = signer
    success_url = reverse_lazy("portal:login")

    def get_user(self, uidb64: str) -> User | None:
        """Whose link it is; nobody's once the log-in is shut."""
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password and say so."""
        note_event(form.user, AccountEvent.Kind.PASSWORD_SET, by=Actor(form.user))
        messages.success(self.request, _("Your password is set: log in with it."))
        return super().form_valid(form)


@own_page
def own_log_ins(request: HttpRequest) -> HttpResponseBase:
    """When, from where and with what one logged in, and what others did to the log-in."""
    pay = own_pay(request.user)
    mine = AccountEvent.objects.filter(user=request.user.pk).select_related("by")
    context = {
        "employee": pay.employee if pay else None,
        "events": within_reach(request.user, mine)[:SHOWN],
        "has_second_factor": isinstance(request.user, User) and has_second_factor(request.user),
    }
    return render(request, "portal/log_ins.html", context)


@guarded_class
class ChangePassword(PasswordChangeView):
    """The page to change one's own password."""

    template_name = "portal/password.html"
    success_url = reverse_lazy("portal:landing")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name who is logged in, as on every page."""
        pay = own_pay(self.request.user)
        return super().get_context_data(employee=pay.employee if pay else None, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Change the password and say so."""
        note_event(form.user, AccountEvent.Kind.PASSWORD_SET, by=Actor(form.user))
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)
