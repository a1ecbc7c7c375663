"""What each role is: how far it sees, whom it gives log-ins, what it is charged with.

A new role is told here, and gets its side bar in salesorg/navigation.py; makemigrations writes the rest. The apps'
tables of rights ask for duties and scopes, never for a role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a log-in is for."""

    SALESPERSON = "salesperson", _("salesperson")
    SALES_MANAGER = "sales_manager", _("branch sales manager")
    BRANCH_GM = "branch_gm", _("branch general manager")
    HR = "hr", _("human resources")
    FINANCE = "finance", _("finance")
    MARKETING_DIRECTOR = "marketing_director", _("marketing director")
    GENERAL_MANAGER = "general_manager", _("general manager")
    AUDITOR = "auditor", _("auditor")
    OPERATOR = "operator", _("operator")
    INTEGRATION = "integration", _("integration (a program)")


class Scope(Enum):
    """How far a role sees into the business."""

    COMPANY = "company"
    BRANCH = "branch"
    OWN = "own"
    NONE = "none"


class Duty(Enum):
    """What a role may be charged with."""

    MAKES_LOG_INS = "makes log-ins of every role"
    MAKES_PEOPLES_LOG_INS = "makes log-ins of people, and prints the slips with their links"
    READS_LOG_INS = "reads log-ins, and what happened to them"
    READS_CHANGES = "reads who changed what"
    READS_DISCLOSURES = "reads who looked at whose masked numbers"

    KEEPS_PEOPLE = "enters branches, people, what happens to them, targets, minimum wages"
    READS_PRIVATE = "reads what of a person is not for everybody, masked"
    UNMASKS_NUMBERS = "has masked numbers shown in full, which is kept"
    GIVES_OUT_TARGETS = "breaks a branch's target of a month down to its people (1-3.5)"
    DECIDES_REVIEWS = "decides dismissal reviews (1-4.3.4)"
    LOOKS_AFTER_LOWEST_RANK = "is told of the lowest rank on the threshold wage (1-4.3.5)"
    DECIDES_RANKS = "gives ranks by decision"
    SIGNS_DECISIONS = "signs decisions on reviews and ranks"
    SEES_SIGNED_ALONE = "sees reviews, ranks by decision and awards no sooner than they are signed"
    CONFIRMS_PAY = "confirms what others entered of people's pay, agrees to a number that two share"

    KEEPS_CLIENTS = "registers clients, records follow-ups, claims from the open pool, for the people within reach"
    CHANGES_CLIENTS = "changes clients"
    REGISTERS_NAMESAKES = "registers a client beside one that can hardly be another"
    ASSIGNS_ORPHANS = "assigns orphan clients, to the people within reach"
    SETS_POOL_RULES = "sets how the orphan pool works"
    SETS_TERMS = "sets the terms of protection"
    FOLLOWS_UP = "is told of clients whose protection ends"
    READS_BANK = "reads the bank's statements"
    MATCHES_BANK = "sets the bank's statements beside the receipts"

    IMPORTS = "uploads workbooks and imports them"
    READS_IMPORTS = "reads what was imported, with people's whole numbers"
    TAKES_OUT_PAYROLL = "takes out the payroll and uploaded workbooks, compares an old payroll"
    CORRECTS_PAY = "corrects what is locked"
    KEEPS_CLAIMS = "enters claims on the funds"
    WEIGHS_SUPPORT = "gives a branch's support staff their weights (1-7.2.2)"
    RECOMMENDS_AWARDS = "recommends people of the branch for awards (1-8)"
    DECIDES_AWARDS = "decides awards and has them paid (1-8)"
    SIGNS_AWARDS = "signs decisions on awards (1-8)"

    RAISES_DISPUTES = "raises disputes for the people within reach, and clients' complaints (3-2.4)"
    READS_DISPUTES = "sees all disputes"
    FINDS_FOR_HR = "verifies disputes, gives human resources' finding on them (3-2.3), records violations (3-2.1)"
    FINDS_FOR_MARKETING = "gives the marketing general manager's finding on disputes (3-2.3)"
    RULES_ON_DISPUTES = "decides disputes on which the findings differ, or of clients who ask for it (3-2.2)"

    COMPUTES_MONTHS = "computes months"
    PREPARES_MONTHS = "hands computed months over"
    APPROVES_MONTHS = "approves months"
    MARKS_PAID = "says that a locked month is paid"
    TAKES_PAYMENTS_BACK = "takes it back that a month is paid"
    SUPPOSES = "previews what other targets or plans would have paid"
    REMINDS = "reminds others of what keeps a month from being locked"
    STANDS_IN = "may be named to approve months, or to weigh, in another's place"
    STANDS_IN_AT_BRANCH = "may be named to weigh in place of the own branch's general manager"

    DRAFTS_PLANS = "drafts versions of the plan"
    APPROVES_PLANS = "makes drafts versions of the plan"
    INTERPRETS_LAW = "records what head office decided about an article (3-3.0)"

    KEEPS_CALENDAR = "says which days are worked, by which disputes are due (3-2.3)"
    WATCHES_DISPUTES = "is told of disputes that are due, and pauses them with a reason (3-2.3)"
    HEARS_OF_LATE_DISPUTES = "is told of disputes that are late (3-2.3)"


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """What a role is; `gives` are the roles whose log-ins it looks after."""

    scope: Scope
    duties: frozenset[Duty] = frozenset()
    gives: frozenset[Role] = frozenset()


PROGRAMS = frozenset({Role.INTEGRATION})
"""Roles of programs: they come with a token, never by a password, and decide nothing."""

PEOPLE = tuple(role.value for role in Role if role not in PROGRAMS)
"""Roles of people, in their order."""

ROLES: Mapping[Role, RoleStanding] = {
    Role.SALESPERSON: RoleStanding(Scope.OWN),
    Role.SALES_MANAGER: RoleStanding(
        Scope.BRANCH,
        frozenset(
            {
                Duty.KEEPS_CLIENTS,
                Duty.FOLLOWS_UP,
                Duty.ASSIGNS_ORPHANS,
                Duty.RAISES_DISPUTES,
                Duty.GIVES_OUT_TARGETS,
                Duty.STANDS_IN_AT_BRANCH,
            }
        ),
    ),
    Role.BRANCH_GM: RoleStanding(
        Scope.BRANCH,
        frozenset(
            {
                Duty.KEEPS_CLIENTS,
                Duty.FOLLOWS_UP,
                Duty.ASSIGNS_ORPHANS,
                Duty.RAISES_DISPUTES,
                Duty.GIVES_OUT_TARGETS,
                Duty.WEIGHS_SUPPORT,
                Duty.RECOMMENDS_AWARDS,
                Duty.REMINDS,
            }
        ),
    ),
    Role.HR: RoleStanding(
        Scope.COMPANY,
        frozenset(
            {
                Duty.MAKES_PEOPLES_LOG_INS,
                Duty.READS_LOG_INS,
                Duty.READS_CHANGES,
                Duty.READS_DISCLOSURES,
                Duty.KEEPS_PEOPLE,
                Duty.READS_PRIVATE,
                Duty.UNMASKS_NUMBERS,
                Duty.GIVES_OUT_TARGETS,
                Duty.DECIDES_REVIEWS,
                Duty.DECIDES_RANKS,
                Duty.CONFIRMS_PAY,
                Duty.KEEPS_CLIENTS,
                Duty.CHANGES_CLIENTS,
                Duty.REGISTERS_NAMESAKES,
                Duty.ASSIGNS_ORPHANS,
                Duty.SETS_POOL_RULES,
                Duty.SETS_TERMS,
                Duty.READS_BANK,
                Duty.IMPORTS,
                Duty.READS_IMPORTS,
                Duty.TAKES_OUT_PAYROLL,
                Duty.CORRECTS_PAY,
                Duty.KEEPS_CLAIMS,
                Duty.DECIDES_AWARDS,
                Duty.RAISES_DISPUTES,
                Duty.READS_DISPUTES,
                Duty.FINDS_FOR_HR,
                Duty.COMPUTES_MONTHS,
                Duty.PREPARES_MONTHS,
                Duty.SUPPOSES,
                Duty.REMINDS,
                Duty.STANDS_IN,
                Duty.DRAFTS_PLANS,
                Duty.KEEPS_CALENDAR,
                Duty.WATCHES_DISPUTES,
            }
        ),
        gives=frozenset({Role.SALESPERSON, Role.SALES_MANAGER, Role.BRANCH_GM}),
    ),
    Role.FINANCE: RoleStanding(
        Scope.COMPANY,
        frozenset(
            {
                Duty.READS_CHANGES,
                Duty.READS_PRIVATE,
                Duty.UNMASKS_NUMBERS,
                Duty.SEES_SIGNED_ALONE,
                Duty.CONFIRMS_PAY,
                Duty.READS_BANK,
                Duty.MATCHES_BANK,
                Duty.READS_IMPORTS,
                Duty.TAKES_OUT_PAYROLL,
                Duty.MARKS_PAID,
                Duty.TAKES_PAYMENTS_BACK,
                Duty.REMINDS,
                Duty.STANDS_IN,
            }
        ),
    ),
    Role.MARKETING_DIRECTOR: RoleStanding(
        Scope.COMPANY,
        frozenset(
            {
                Duty.LOOKS_AFTER_LOWEST_RANK,
                Duty.SIGNS_DECISIONS,
                Duty.ASSIGNS_ORPHANS,
                Duty.SETS_TERMS,
                Duty.READS_DISPUTES,
                Duty.FINDS_FOR_MARKETING,
                Duty.APPROVES_MONTHS,
                Duty.SUPPOSES,
                Duty.REMINDS,
                Duty.STANDS_IN,
                Duty.DRAFTS_PLANS,
                Duty.INTERPRETS_LAW,
                Duty.WATCHES_DISPUTES,
            }
        ),
    ),
    Role.GENERAL_MANAGER: RoleStanding(
        Scope.COMPANY,
        frozenset(
            {
                Duty.SIGNS_DECISIONS,
                Duty.CONFIRMS_PAY,
                Duty.SIGNS_AWARDS,
                Duty.READS_DISPUTES,
                Duty.RULES_ON_DISPUTES,
                Duty.TAKES_PAYMENTS_BACK,
                Duty.SUPPOSES,
                Duty.REMINDS,
                Duty.STANDS_IN,
                Duty.APPROVES_PLANS,
                Duty.INTERPRETS_LAW,
                Duty.HEARS_OF_LATE_DISPUTES,
            }
        ),
    ),
    Role.AUDITOR: RoleStanding(
        Scope.COMPANY,
        frozenset(
            {
                Duty.READS_LOG_INS,
                Duty.READS_CHANGES,
                Duty.READS_DISCLOSURES,
                Duty.READS_PRIVATE,
                Duty.READS_DISPUTES,
                Duty.READS_BANK,
                Duty.READS_IMPORTS,
            }
        ),
    ),
    Role.OPERATOR: RoleStanding(
        Scope.NONE, frozenset({Duty.MAKES_LOG_INS, Duty.READS_LOG_INS}), gives=frozenset(Role) - PROGRAMS
    ),
    Role.INTEGRATION: RoleStanding(
        Scope.COMPANY, frozenset({Duty.IMPORTS, Duty.COMPUTES_MONTHS, Duty.TAKES_OUT_PAYROLL})
    ),
}

LEAST = Role.SALESPERSON
"""What a log-in is for unless more is said."""

FIRST = Role.OPERATOR
"""What the first log-in of a new site is for: it makes the others."""


def charged(duty: Duty) -> frozenset[Role]:
    """The roles that have the duty."""
    return frozenset(role for role, standing in ROLES.items() if duty in standing.duties)


def seeing(*scopes: Scope) -> frozenset[Role]:
    """The roles that see just so far."""
    return frozenset(role for role, standing in ROLES.items() if standing.scope in scopes)
