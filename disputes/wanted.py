"""What is asked of a dispute: a claim raised, a client's complaint, a finding or an offer to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client, Contract
from compensation.corrections.effects_rulings import WantedShare
from staff.models import Employee

__all__ = ["Claim", "Complaint", "WantedFinding", "WantedOffer", "WantedShare"]


@dataclass(frozen=True, slots=True)
class Claim:
    """That somebody else's contract is the claimant's, or partly so: shares 0–1, both or none of them given."""

    contract: Contract
    claimant: Employee
    statement: str
    asked_sales: Decimal | None = None
    asked_commission: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a client complains about, and whom; with a contract its commission is held."""

    client: Client
    statement: str
    contract: Contract | None = None
    about: Sequence[Employee] = ()


@dataclass(frozen=True, slots=True)
class WantedFinding:
    """What a desk finds: reasons; of a dispute about a contract each one's shares and the client's owner, of whom none
    is the party with the largest share of the sales; of a client's complaint whether it is upheld."""

    reasons: str
    shares: Sequence[WantedShare] = ()
    owner: Employee | None = None
    upholds: bool | None = None


@dataclass(frozen=True, slots=True)
class WantedOffer:
    """How a party offers to settle a dispute about a contract (3-1.1)."""

    shares: Sequence[WantedShare]
    owner: Employee | None = None
    note: str = ""
