"""The addresses of disputes outside the administration."""

from django.urls import path

from disputes.evidence.views import evidence_file

app_name = "disputes"
urlpatterns = [path("evidence/<slug:name>/", evidence_file, name="evidence")]
