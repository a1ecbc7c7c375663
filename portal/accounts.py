"""Logging in, setting and changing one's password, and seeing one's own log-ins."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_validators_help_text_html,
)
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    LoginView,
    PasswordChangeView,
    PasswordResetConfirmView,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.accounts.actions import AccountRefused, note_event
from access.accounts.actions_guesses import Attempt, TooSoon, begin_code, begin_password, keep_in_mind, turned_out_right
from access.accounts.actions_passwords import change_password, set_password_by_link, turn_down_link
from access.accounts.devices import address_of, device_of
from access.accounts.guesses import in_words
from access.accounts.known_devices import known_as, remember
from access.accounts.one_time_links import signer
from access.accounts.opening import awaits_second_person
from access.accounts.passwords import AnotherThanBefore, had_password
from access.accounts.second_person import has_second_factor, link_in_hand
from access.actor import Actor
from access.middleware import DUE
from access.models import AccountEvent, User
from access.pages.admin_base import viewing
from access.reach import within_reach
from access.rights import needs_second_factor
from portal.pages import guarded_class, own_page
from portal.selectors import own_pay

SHOWN = 50


class LogInForm(AuthenticationForm):
    """User name and password; one answer to a wrong name, a wrong password and a closed account."""

    attempt: Attempt
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": gettext_lazy(
            "The user name or the password is wrong. Mind capitals;"
            " whoever looks after the log-ins can set a new password."
        ),
    }

    def clean(self) -> dict[str, Any]:
        """Count the guess, then look at it. Raises TooSoon for one that isn't looked at."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if self.request is None or not name or not password:
            return super().clean()
        address, user = address_of(self.request), User.objects.filter(username=name).first()
        self.attempt = begin_password(name, address=address, user=user, device=known_as(self.request, user))
        keep_in_mind(user, self.attempt, address=address)
        cleaned = super().clean()
        turned_out_right(self.attempt)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse who has the password alone where so many were guessed that it may be a guess."""
        super().confirm_login_allowed(user)
        if self.attempt.needs_proof and not has_second_factor(user):
            raise self.get_invalid_login_error()

    def get_invalid_login_error(self) -> ValidationError:
        """The one answer, and what holds for the next try from here, whoever's name it is."""
        told = [str(self.error_messages["invalid_login"])]
        if self.attempt.needs_proof:
            told.append(
                _(
                    "Too many were wrong at this name today: without a second factor only a device that was logged in"
                    " before gets in, or who has a new one-time link."
                )
            )
        if self.attempt.wait:
            told.append(_("The next try from here is looked at in %(wait)s.") % {"wait": in_words(self.attempt.wait)})
        return ValidationError(" ".join(told), code="invalid_login")


def not_yet(request: HttpRequest, too_soon: TooSoon) -> HttpResponse:
    """The page in answer to a guess that is not looked at: how long to wait, and what else there is to do."""
    response = render(request, "portal/not_yet.html", {"wait": in_words(too_soon.wait)}, status=429)
    response["Retry-After"] = str(round(too_soon.wait.total_seconds() + 0.5))
    return response


@guarded_class
class LogIn(LoginView):
    """The log-in page; whoever is logged in already is sent on."""

    template_name = "portal/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at name and password, if it isn't too soon after wrong ones."""
        try:
            return super().post(request, *args, **kwargs)
        except TooSoon as too_soon:
            return not_yet(request, too_soon)

    def form_valid(self, form: Any) -> HttpResponse:
        """Log in; who has or needs a second factor is asked for it before anything else."""
        user: User = form.get_user()
        login(self.request, user)
        response = HttpResponseRedirect(self.get_success_url())
        if needs_second_factor(user) or has_second_factor(user):
            self.request.session[DUE] = True
        else:
            note_log_in(self.request, user)
            remember(self.request, response, user)
        return response


def note_log_in(request: HttpRequest, user: User) -> None:
    """Keep from where and with what somebody logged in."""
    kind = AccountEvent.Kind.LOGGED_IN
    note_event(user, kind, by=Actor(user), address=address_of(request), device=device_of(request))


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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell who made the link, when, and to whom it should go; or that it waits for another person."""
        made = link_in_hand(self.user) if self.validlink and self.user else None
        awaits = not self.validlink and self._awaits()
        replaces = made is not None and had_password(made.user_id)
        return super().get_context_data(made=made, replaces=replaces, awaits=awaits, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        """Without the hint about the present password: the link has already put an end to that."""
        form = super().get_form(form_class)
        rules = [rule for rule in get_default_password_validators() if not isinstance(rule, AnotherThanBefore)]
        form.fields["new_password1"].help_text = password_validators_help_text_html(rules)
        return form

    def _awaits(self) -> bool:
        """Whether the link is good once another person opens the log-in; who has another link learns nothing."""
        user = super().get_user(self.kwargs["uidb64"])
        return user is not None and signer.check_token(user, self.kwargs["token"]) and awaits_second_person(user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Set the password, or end a link that is not for who opened it."""
        if self.user is None or "turn_down" not in request.POST:
            return super().post(request, *args, **kwargs)
        address, device = address_of(request), device_of(request)
        try:
            turn_down_link(user=self.user, token=self._token(), address=address, device=device)
        except AccountRefused as refusal:
            return self._refused(refusal)
        return render(request, self.template_name, {"turned_down": True})

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password and say so, or why not."""
        try:
            user = set_password_by_link(
                user=form.user, token=self._token(), password=form.cleaned_data["new_password1"]
            )
        except AccountRefused as refusal:
            return self._refused(refusal)
        self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, None)
        messages.success(self.request, _("Your password is set: log in with it."))
        response = HttpResponseRedirect(self.get_success_url())
        remember(self.request, response, user)
        return response

    def _token(self) -> str:
        """What the link was signed with, which the session keeps off the address."""
        return str(self.request.session.get(INTERNAL_RESET_SESSION_TOKEN, ""))

    def _refused(self, refusal: AccountRefused) -> HttpResponse:
        return render(self.request, self.template_name, {"refused": refusal.reason})


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

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at the old password as at a guess: whoever finds a browser that is logged in doesn't have it yet."""
        user = viewing(request)
        try:
            attempt = begin_code(user, address=address_of(request), device=known_as(request, user))
        except TooSoon as too_soon:
            return not_yet(request, too_soon)
        form = self.get_form()
        if form.is_valid() or "old_password" not in form.errors:
            turned_out_right(attempt)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        """Change the password and say so, or why not."""
        try:
            user = change_password(user=form.user, password=form.cleaned_data["new_password1"])
        except AccountRefused as refusal:
            form.add_error(None, refusal.reason)
            return self.form_invalid(form)
        update_session_auth_hash(self.request, user)  # who changes it stays logged in here, and here alone
        messages.success(self.request, _("Your password is changed."))
        response = HttpResponseRedirect(self.get_success_url())
        remember(self.request, response, user)
        return response
