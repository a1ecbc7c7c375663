"""What the parts and settings of a plan are called, in the law's words, by their place in the plan's text."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rulebook.plan import AfterLeavingSales, AssistPaidBy, AttainmentScope, DayBasis

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SECTIONS: Mapping[str, "StrOrPromise"] = {
    "ranks": _("ranks"),
    "commission": _("commission"),
    "assessment": _("rank assessments"),
    "support_bonus": _("support bonus"),
    "funds.client_relations": _("client relations"),
    "funds.company_activity": _("company activity"),
    "disputes": _("disputes"),
}

_WHOSE = _("whose attainment sets the rate")
_TIERS = _("attainment, and the rate on the branch's sales")
_USABLE = _("usable for months")

LABELS: Mapping[str, "StrOrPromise"] = {
    "rank.code": _("code"),
    "rank.name": _("name"),
    "rank.base_salary": _("base salary"),
    "rank.threshold_wage": _("threshold wage"),
    "rank.threshold_sales": _("threshold sales"),
    "rank.monthly_quota": _("monthly quota"),
    "rank.qualification": _("qualification"),
    "rank.qualification.months": _("qualification: full months"),
    "rank.qualification.sales": _("qualification: sales in them"),
    "rank.demotion_sales": _("demotion standard"),
    "rank.commission_tiers": _("commission tiers"),
    "commission.after_leaving_sales": _("who earns on cash after the closer left sales"),
    "commission.assist_share": _("assistant's share of the developer's commission"),
    "commission.assist_paid_by": _("who pays the assistant"),
    "assessment.demotion_cycle_months": _("months of a cycle"),
    "assessment.threshold_months_to_review": _("months on threshold wage until a dismissal review"),
    "assessment.day_basis": _("how part of a month is paid"),
    "support_bonus.scope": _WHOSE,
    "support_bonus.tiers": _TIERS,
    "funds.client_relations.scope": _WHOSE,
    "funds.client_relations.tiers": _TIERS,
    "funds.client_relations.usable_months": _USABLE,
    "funds.company_activity.scope": _WHOSE,
    "funds.company_activity.tiers": _TIERS,
    "funds.company_activity.usable_months": _USABLE,
    "funds.company_activity.major_client_sales": _("refused for clients whose receipts reach"),
    "disputes.appeal_months": _("months to appeal"),
    "disputes.resolution_working_days": _("working days to decide"),
    "disputes.very_large_client_sales": _("a very large client's sales"),
}

_SCOPES: Mapping[str, "StrOrPromise"] = {
    AttainmentScope.BRANCH: _("the branch's"),
    AttainmentScope.COMPANY: _("the company's"),
}

CHOICES: Mapping[str, Mapping[str, "StrOrPromise"]] = {
    "commission.after_leaving_sales": {
        AfterLeavingSales.NOBODY: _("nobody; the branch alone counts it"),
        AfterLeavingSales.CLOSER: _("the closer"),
        AfterLeavingSales.OWNER: _("the client's owner"),
    },
    "commission.assist_paid_by": {
        AssistPaidBy.COMPANY: _("the company, on top"),
        AssistPaidBy.DEVELOPER: _("the developer, out of the own line"),
    },
    "assessment.day_basis": {
        DayBasis.CALENDAR: _("calendar days"),
        DayBasis.MONTHLY_DAYS_21_75: _("21.75 paid days a month"),
    },
    "support_bonus.scope": _SCOPES,
    "funds.client_relations.scope": _SCOPES,
    "funds.company_activity.scope": _SCOPES,
}
