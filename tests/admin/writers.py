"""Who adds, changes and deletes in the admin; a model that can be written begins with a line in this file."""

from django.db.models import Model

from access.models import User
from access.roles import PEOPLE
from clients.models import (
    Assignment,
    AssignmentBatch,
    BankLine,
    BankStatement,
    Client,
    FollowUp,
    PoolClaim,
    PoolRule,
    ProtectionTerms,
)
from compensation.models import AwardDecision, AwardRecommendation, Correction, SupportWeight
from disputes.models import Dispute, Evidence, Pause, WorkingDay
from funds.models import FundClaim
from monthend.models import Deputy
from monthend.preview.models import Preview
from rulebook.models import Interpretation, PlanDraft
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    PersonnelEvent,
    RankDecision,
    Target,
)
from tests.admin.cast import OF_BRANCH, Role
from workbooks.models import ParallelRun, Upload

STAFF = frozenset(PEOPLE) - {Role.SALESPERSON}
HR = frozenset({Role.HR})
FINANCE = frozenset({Role.FINANCE})
SUPPOSERS = frozenset({Role.HR, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER})
PAYROLL = frozenset({Role.HR, Role.FINANCE})
ASSIGNERS = frozenset({Role.HR, Role.MARKETING_DIRECTOR, *OF_BRANCH})
EVERYBODY = frozenset(PEOPLE)
DRAFTERS = frozenset({Role.HR, Role.MARKETING_DIRECTOR})
KEEPERS = frozenset({Role.HR, *OF_BRANCH})
IMPORTS_READERS = frozenset({Role.HR, Role.FINANCE, Role.AUDITOR})

# Who adds, changes and deletes; whoever is not named here may not.
WRITERS: dict[type[Model], dict[str, frozenset[Role]]] = {
    User: {"add": frozenset({Role.OPERATOR}), "change": frozenset({Role.OPERATOR, Role.HR})},
    Branch: {"add": HR, "change": HR},
    Department: {"add": HR, "change": HR},
    Employee: {"change": HR},
    PersonnelEvent: {"add": HR, "delete": HR},
    RankDecision: {"add": HR},
    Absence: {"add": HR, "change": HR, "delete": HR},
    Target: {"add": HR, "change": HR, "delete": HR},
    Client: {"add": KEEPERS, "change": HR},
    FollowUp: {"add": KEEPERS},
    Dispute: {"add": KEEPERS},
    Evidence: {"add": SUPPOSERS | KEEPERS},
    Pause: {"add": DRAFTERS},
    PoolClaim: {"add": KEEPERS},
    ProtectionTerms: dict.fromkeys(("add", "change", "delete"), DRAFTERS),
    FundClaim: {"add": HR, "change": HR, "delete": HR},
    SupportWeight: {"delete": frozenset({Role.BRANCH_GM})},
    Correction: {"add": HR, "delete": HR},
    AwardRecommendation: dict.fromkeys(("add", "delete"), frozenset({Role.BRANCH_GM})),
    AwardDecision: {"add": HR, "delete": HR},
    Assignment: {"add": ASSIGNERS},
    AssignmentBatch: {"add": ASSIGNERS},
    PoolRule: {"add": HR, "change": HR},
    Preview: {"add": SUPPOSERS, "delete": SUPPOSERS},
    Deputy: dict.fromkeys(("add", "change"), frozenset({Role.MARKETING_DIRECTOR, Role.BRANCH_GM})),
    MinimumWage: {"add": HR, "change": HR, "delete": HR},
    PlanDraft: {"add": DRAFTERS},
    Interpretation: {"add": frozenset({Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER})},
    WorkingDay: {"add": HR, "change": HR, "delete": HR},
    Upload: {"add": HR, "change": HR, "delete": HR},
    ParallelRun: {"add": PAYROLL, "delete": PAYROLL},
    BankStatement: dict.fromkeys(("add", "change", "delete"), FINANCE),
    BankLine: {"change": FINANCE},
}
