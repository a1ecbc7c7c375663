"""Takes a company through the product, and tells where the recomputation of its months differs."""

import io
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from access.actor import CONSOLE
from monthend.close import close_month
from monthend.models import MonthRun
from monthend.verify.month import verify_month
from rulebook.models import PlanVersion
from rulebook.month import Month
from tests.companies.draft import Draft
from tests.companies.plans import PlanText
from tests.companies.workbook import write_workbook
from tests.firm import TODAY


def approve_plans(plans: tuple[PlanText, ...]) -> None:
    """Put other plan versions in the place of the law's own."""
    PlanVersion.objects.all().delete()
    for text, plan in ((each.text, each.plan) for each in plans):
        version = PlanVersion(version=plan.version, name=plan.name, effective_from=plan.effective_from, text=text)
        version.approved_at, version.approved_by = timezone.now(), "董事会"
        version.full_clean()
        version.save()


def close(company: Draft, folder: Path) -> None:
    """Import the company, close and lock its months."""
    path = folder / "company.xlsx"
    write_workbook(company, path)
    call_command("import_workbook", str(path), stdout=io.StringIO())
    for month in company.months:
        report = close_month(month, lock=True, today=TODAY, by=CONSOLE)
        assert not report.blockers, report.blockers


def found(month: Month) -> list[str]:
    """How what is stored of a month differs from what is recomputed."""
    told: list[str] = []
    run = MonthRun.objects.exclude(state=MonthRun.State.REPLACED).get(month=month)
    verify_month(month, kept_seal=run.seal, tell=told.append)
    return told
