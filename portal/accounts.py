"""Logging in, and changing one's password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages import guarded_class
from portal.selectors import own_pay


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
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)
