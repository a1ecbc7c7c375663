"""What each role may do with clients; contracts and receipts come by workbook."""

from django.utils import timezone

from access.rights import EVERYBODY, MANAGEMENT, allow, seals
from access.roles import Duty, charged
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

ASSIGNERS = charged(Duty.ASSIGNS_ORPHANS)
"""Who assigns orphans: a branch's managers to their own people."""
KEEPERS = charged(Duty.KEEPS_CLIENTS)
"""Who registers clients, records follow-ups and claims from the open pool, for the people they reach."""
TERM_SETTERS = charged(Duty.SETS_TERMS)
POOL_SETTERS = charged(Duty.SETS_POOL_RULES)
MATCHERS = charged(Duty.MATCHES_BANK)

allow(Client, view=EVERYBODY, add=KEEPERS, change=charged(Duty.CHANGES_CLIENTS))
allow(ClientStatus, view=EVERYBODY)
allow(Contract, view=EVERYBODY)
allow(Receipt, view=EVERYBODY)

allow(Assignment, view=EVERYBODY, add=ASSIGNERS)
allow(AssignmentBatch, view=MANAGEMENT, add=ASSIGNERS)
allow(Handover, view=EVERYBODY)
allow(OrphanClient, view=MANAGEMENT)
allow(PoolRule, view=EVERYBODY, add=POOL_SETTERS, change=POOL_SETTERS)

allow(FollowUp, view=EVERYBODY, add=KEEPERS)
allow(Lapse, view=EVERYBODY)
allow(PoolClaim, view=EVERYBODY, add=KEEPERS)
allow(ProtectionTerms, view=EVERYBODY, add=TERM_SETTERS, change=TERM_SETTERS, delete=TERM_SETTERS)

allow(BankStatement, view=BANK_READERS, add=MATCHERS, delete=MATCHERS)
allow(BankLine, view=BANK_READERS)
allow(BankPair, view=BANK_READERS)


@seals(ProtectionTerms)
def in_force(terms: ProtectionTerms) -> bool:
    """Whether the terms have begun: what clients were kept by stays as it was."""
    return terms.start <= timezone.localdate()
