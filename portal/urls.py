"""The portal's addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter

from portal import accounts, views
from rulebook.month import Month


class MonthConverter:
    """A month in an address, as `2011-09`."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> Month:
        """Read the month; ValueError, which the resolver takes for "no such address", for `2011-13`."""
        return Month.parse(value)

    def to_url(self, value: Month) -> str:
        """Write the month."""
        return str(value)


register_converter(MonthConverter, "month")

app_name = "portal"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("pay/", views.home, name="home"),
    path("pay/<month:month>/", views.month_page, name="month"),
    path("pay/<month:month>/receipts/", views.receipts_page, name="receipts"),
    path("pay/<month:month>/lines/<int:number>/", views.line_page, name="line"),
    path("login/", accounts.LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", accounts.ChangePassword.as_view(), name="password"),
]
