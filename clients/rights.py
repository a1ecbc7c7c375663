"""What each role may do with clients; contracts and receipts come by workbook."""

from django.utils import timezone

from access.rights import BRANCH_READERS, EVERYBODY, MANAGEMENT, Role, allow, seals
from clients.models import (
    Assignment,
    AssignmentBatch,
    BankLine,
    BankPair,
    BankStatement,
    Client,
    ClientStatus,
    Contract,
    FollowUp,
    Handover,
    Lapse,
    OrphanClient,
    PoolClaim,
    PoolRule,
    ProtectionTerms,
    Receipt,
)
from clients.reach import BANK_READERS

ASSIGNERS = BRANCH_READERS | {Role.HR, Role.MARKETING_DIRECTOR}
"""Who assigns orphans: a branch's managers to their own people."""
KEEPERS = BRANCH_READERS | {Role.HR}
"""Who registers clients, records follow-ups and claims from the open pool, for the people they reach."""
TERM_SETTERS = frozenset({Role.HR, Role.MARKETING_DIRECTOR})

allow(Client, view=EVERYBODY, add=KEEPERS, change={Role.HR})
allow(ClientStatus, view=EVERYBODY)
allow(Contract, view=EVERYBODY)
allow(Receipt, view=EVERYBODY)

allow(Assignment, view=EVERYBODY, add=ASSIGNERS)
allow(AssignmentBatch, view=MANAGEMENT, add=ASSIGNERS)
allow(Handover, view=EVERYBODY)
allow(OrphanClient, view=MANAGEMENT)
allow(PoolRule, view=EVERYBODY, add={Role.HR}, change={Role.HR})

allow(FollowUp, view=EVERYBODY, add=KEEPERS)
allow(Lapse, view=EVERYBODY)
allow(PoolClaim, view=EVERYBODY, add=KEEPERS)
allow(ProtectionTerms, view=EVERYBODY, add=TERM_SETTERS, change=TERM_SETTERS, delete=TERM_SETTERS)

allow(BankStatement, view=BANK_READERS, add={Role.FINANCE}, delete={Role.FINANCE})
allow(BankLine, view=BANK_READERS)
allow(BankPair, view=BANK_READERS)


@seals(ProtectionTerms)
def in_force(terms: ProtectionTerms) -> bool:
    """Whether the terms have begun: what clients were kept by stays as it was."""
    return terms.start <= timezone.localdate()
