"""The portal's addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from portal import accounts, orphans, second_factor, views

app_name = "portal"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("pay/", views.home, name="home"),
    path("pay/<month:month>/", views.month_page, name="month"),
    path("pay/<month:month>/receipts/", views.receipts_page, name="receipts"),
    path("pay/<month:month>/lines/<int:receipt>/<slug:kind>/", views.line_page, name="line"),
    path("orphans/", orphans.own_orphans, name="orphans"),
    path("orphans/<int:number>/answer/", orphans.answer, name="answer"),
    path("login/", accounts.LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("second-factor/", second_factor.prove, name="second_factor"),
    path("second-factor/set-up/", second_factor.set_up, name="set_up_second_factor"),
    path("welcome/<uidb64>/<token>/", accounts.Welcome.as_view(), name="welcome"),
    path("log-ins/", accounts.own_log_ins, name="log_ins"),
    path("password/", accounts.ChangePassword.as_view(), name="password"),
]
