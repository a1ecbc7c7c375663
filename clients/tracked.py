"""Clients, contracts, receipts, the pools that clients go through, and the bank's statements."""

from access.history.masking import keep_from_lists
from access.history.tracking import track
from clients.models import (
    Assignment,
    AssignmentBatch,
    BankLine,
    BankPair,
    BankStatement,
    Client,
    Contract,
    FollowUp,
    Handover,
    Lapse,
    PoolClaim,
    PoolRule,
    ProtectionTerms,
    Receipt,
)

track(Assignment, Client, Contract, Receipt)
track(PoolRule, AssignmentBatch, Handover, ProtectionTerms, FollowUp, Lapse, PoolClaim)
track(BankStatement, BankLine, BankPair)
keep_from_lists(Client, "phone")
