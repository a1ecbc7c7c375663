"""The addresses of workbooks."""

from django.urls import path

from workbooks import views

app_name = "workbooks"
urlpatterns = [
    path("payroll-<month:month>.xlsx", views.payroll_workbook, name="payroll"),
    path("template.xlsx", views.template_workbook, name="template"),
    path("template-<slug:name>.xlsx", views.example_sheet, name="example"),
    path("upload-<int:pk>.xlsx", views.uploaded_workbook, name="upload"),
    path("upload-<int:pk>-marked.xlsx", views.marked_workbook, name="marked"),
    path("parallel-<int:pk>.xlsx", views.parallel_workbook, name="parallel"),
    path("bank-<int:pk>.xlsx", views.bank_workbook, name="bank"),
    path("awards-<int:year>.xlsx", views.awards_workbook, name="awards"),
    path("preview-<int:pk>.xlsx", views.preview_workbook, name="preview"),
]
