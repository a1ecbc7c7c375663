"""The addresses of workbooks."""

from django.urls import path

from workbooks import views

app_name = "workbooks"
urlpatterns = [
    path("payroll-<month:month>.xlsx", views.payroll_workbook, name="payroll"),
    path("preview-<int:pk>.xlsx", views.preview_workbook, name="preview"),
]
