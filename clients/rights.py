"""What each role may do with clients; contracts and receipts come by workbook."""

from access.rights import BRANCH_READERS, EVERYBODY, MANAGEMENT, Role, allow
from clients.models import (
    Assignment,
    AssignmentBatch,
    Client,
    ClientStatus,
    Contract,
    Handover,
    OrphanClient,
    PoolRule,
    Receipt,
)

ASSIGNERS = BRANCH_READERS | {Role.HR, Role.MARKETING_DIRECTOR}
"""Who assigns orphans: a branch's managers to their own people."""


allow(Client, view=EVERYBODY, change={Role.HR})
allow(ClientStatus, view=EVERYBODY)
allow(Assignment, view=EVERYBODY, add=ASSIGNERS)
allow(AssignmentBatch, view=MANAGEMENT, add=ASSIGNERS)
allow(Handover, view=EVERYBODY)
allow(Contract, view=EVERYBODY)
allow(Receipt, view=EVERYBODY)
allow(OrphanClient, view=MANAGEMENT)
allow(PoolRule, view=EVERYBODY, add={Role.HR}, change={Role.HR})
