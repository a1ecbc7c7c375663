"""Takes a company through the product and through the recomputation, and tells where they differ."""

import io
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from monthend.verify.comparing import compare
from monthend.verify.reading import read_facts, read_results
from monthend.verify.recompute import recompute
from rulebook.models import PlanVersion
from tests.companies.draft import Draft
from tests.companies.plans import PlanText
from tests.companies.workbook import write_workbook


def approve_plans(plans: tuple[PlanText, ...]) -> None:
    """Put other plan versions in the place of the law's own."""
    PlanVersion.objects.all().delete()
    for text, plan in ((each.text, each.plan) for each in plans):
        version = PlanVersion(version=plan.version, name=plan.name, effective_from=plan.effective_from, text=text)
        version.approved_at, version.approved_by = timezone.now(), "董事会"
        version.full_clean()
        version.save()


def differences(company: Draft, folder: Path) -> list[str]:
    """Import the company, close and lock its months, recompute them from what is in the database, and compare."""
    path = folder / "company.xlsx"
    write_workbook(company, path)
    call_command("import_workbook", str(path), stdout=io.StringIO())
    for month in company.months:
        call_command("close_month", str(month), "--lock", stdout=io.StringIO())
    last = company.months[-1]
    return [
        f"{results.month} {difference}"
        for results in recompute(read_facts(last), last)
        for difference in compare(read_results(results.month), results)
    ]
