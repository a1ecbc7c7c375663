"""The API's addresses, below `/api/v1/`."""

from django.urls import URLPattern, path, re_path

from api.base import NoSuchCall
from api.bulk.views import BulkView, SheetView
from api.disputes import views as disputes
from api.exports import views as exports
from api.months import views as months
from api.own import views as own
from api.views import SchemaView

RESULTS = {
    "payslips": months.PayslipsView,
    "lines": months.LinesView,
    "adjustments": months.AdjustmentsView,
    "assessments": months.AssessmentsView,
    "support_pools": months.SupportPoolsView,
    "funds": months.FundsView,
    "claims": months.ClaimsView,
}

ON_DISPUTES = {
    "evidence": disputes.EvidenceView,
    "findings": disputes.FindingsView,
    "ruling": disputes.RulingView,
    "settlement": disputes.SettlementView,
    "settlement/confirm": disputes.SettlementConfirmView,
    "withdraw": disputes.WithdrawView,
    "reverse": disputes.ReverseView,
}

app_name = "api"
urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("bulk/", BulkView.as_view(), name="bulk"),
    path("bulk/<str:sheet>/", SheetView.as_view(), name="sheet"),
    path("months/", months.MonthsView.as_view(), name="months"),
    path("months/<month:month>/", months.MonthView.as_view(), name="month"),
    path("months/<month:month>/compute/", months.ComputeView.as_view(), name="compute"),
    path("months/<month:month>/submit/", months.SubmitView.as_view(), name="submit"),
    path("months/<month:month>/approve/", months.ApproveView.as_view(), name="approve"),
    path("months/<month:month>/return/", months.ReturnView.as_view(), name="return"),
    path("months/<month:month>/payslips/<str:employee>/", months.PayslipView.as_view(), name="payslip"),
    *(path(f"months/<month:month>/{name}/", view.as_view(), name=name) for name, view in RESULTS.items()),
    path("exports/", exports.ExportsView.as_view(), name="exports"),
    path("exports/<int:pk>/", exports.ExportView.as_view(), name="export"),
    path("exports/<int:pk>/file/", exports.ExportFileView.as_view(), name="export_file"),
    path("me/", own.MeView.as_view(), name="me"),
    path("me/months/", own.OwnMonthsView.as_view(), name="own_months"),
    path("me/months/<month:month>/", own.OwnMonthView.as_view(), name="own_month"),
    path("me/clients/", own.OwnClientsView.as_view(), name="own_clients"),
    path("me/disputes/", own.OwnDisputesView.as_view(), name="own_disputes"),
    path("disputes/", disputes.DisputesView.as_view(), name="disputes"),
    path("disputes/<str:number>/", disputes.DisputeView.as_view(), name="dispute"),
    *(path(f"disputes/<str:number>/{name}/", view.as_view(), name=name) for name, view in ON_DISPUTES.items()),
    re_path(r".*", NoSuchCall.as_view(), name="no_such_call"),
]
