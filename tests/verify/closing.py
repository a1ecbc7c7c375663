"""Takes a company through the product, and tells where the recomputation of its months differs."""

import io
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from access.actor import CONSOLE, Actor
from access.models import User
from clients.models import Contract, Receipt
from compensation.corrections.actions import Wanted, WrongAmount, WrongCloser, effect_of, make_correction
from monthend.close import close_month
from monthend.models import MonthRun
from monthend.verify import facts
from monthend.verify.month import verify_month
from rulebook.models import PlanVersion
from rulebook.month import Month
from staff.models import Employee
from tests.cast import actor_of
from tests.companies.draft import Draft
from tests.companies.plans import PlanText
from tests.companies.workbook import write_cash, write_workbook
from tests.firm import TODAY


def approve_plans(plans: tuple[PlanText, ...]) -> None:
    """Put other plan versions in the place of the law's own."""
    versions = [PlanVersion.objects.get(), *(PlanVersion() for _plan in plans[1:])]
    for version, text, plan in ((version, each.text, each.plan) for version, each in zip(versions, plans, strict=True)):
        version.version, version.name, version.effective_from = plan.version, plan.name, plan.effective_from
        version.text = text
        version.approved_at, version.approved_by = timezone.now(), "董事会"
        version.full_clean()
        version.save()


def close(company: Draft, folder: Path) -> None:
    """Import the company, then close and lock its months, each with its corrections and the cash that comes with it."""
    path = folder / "company.xlsx"
    write_workbook(company, path)
    call_command("import_workbook", str(path), stdout=io.StringIO())
    hr = actor_of(User.Role.HR)
    for month in company.months:
        for correction in company.corrections:
            if correction.month == month:
                _correct(correction, hr)
        path = folder / f"{month}.xlsx"
        if write_cash(company, month, path):
            call_command("import_workbook", str(path), stdout=io.StringIO())
        report = close_month(month, lock=True, today=TODAY, by=CONSOLE)
        assert not report.blockers, report.blockers


def _correct(correction: facts.Correction, hr: Actor) -> None:
    wanted: Wanted
    if correction.right_amount is not None:
        wanted = WrongAmount(Receipt.objects.get(number=correction.receipt), correction.right_amount)
    else:
        closer = Employee.objects.get(number=correction.right_closer)
        wanted = WrongCloser(Contract.objects.get(number=correction.contract), closer)
    make_correction(wanted, reason="录入错误", shown=effect_of(wanted).digest, by=hr)


def found(month: Month) -> list[str]:
    """How what is stored of a month differs from what is recomputed."""
    told: list[str] = []
    run = MonthRun.objects.exclude(state=MonthRun.State.REPLACED).get(month=month)
    verify_month(month, kept_seal=run.seal, tell=told.append)
    return told
