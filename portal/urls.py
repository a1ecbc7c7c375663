"""The portal's addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from portal import accounts, disputes, orphans, second_factor, views

app_name = "portal"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("pay/", views.home, name="home"),
    path("pay/<month:month>/", views.month_page, name="month"),
    path("pay/<month:month>/receipts/", views.receipts_page, name="receipts"),
    path("pay/<month:month>/lines/<int:receipt>/<slug:kind>/", views.line_page, name="line"),
    path("orphans/", orphans.own_orphans, name="orphans"),
    path("orphans/<int:number>/answer/", orphans.answer, name="answer"),
    path("disputes/", disputes.own_list, name="disputes"),
    path("disputes/raise/", disputes.raise_one, name="raise_dispute"),
    path("disputes/<slug:number>/", disputes.one, name="dispute"),
    path("disputes/<slug:number>/time-line/", disputes.time_line, name="dispute_time_line"),
    path("disputes/<slug:number>/answer/", disputes.answer, name="dispute_answer"),
    path("disputes/<slug:number>/evidence/", disputes.evidence, name="dispute_evidence"),
    path("disputes/<slug:number>/take-back/", disputes.take_back, name="dispute_take_back"),
    path("disputes/<slug:number>/offer/", disputes.offer, name="dispute_offer"),
    path("login/", accounts.LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("second-factor/", second_factor.prove, name="second_factor"),
    path("second-factor/set-up/", second_factor.set_up, name="set_up_second_factor"),
    path("welcome/<uidb64>/<token>/", accounts.Welcome.as_view(), name="welcome"),
    path("log-ins/", accounts.own_log_ins, name="log_ins"),
    path("password/", accounts.ChangePassword.as_view(), name="password"),
]
