"""The portal's addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from portal import accounts, views

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
