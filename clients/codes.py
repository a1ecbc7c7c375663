"""The codes that clients' histories are stored with: one list for the rules, the tables, and who verifies both."""

from enum import IntEnum, StrEnum


class Orphan(IntEnum):
    """Why a client is an orphan: the numbers of 1-5.1 to 1-5.5."""

    CLOSER_CHANGED_POST = 1
    CLOSER_LEFT = 2
    CLOSER_OUTSIDE_SALES = 3
    NO_OWNER = 4
    REFERRED_BY_ORPHAN = 5


class Cause(StrEnum):
    """What turned a client's state."""

    REGISTERED = "registered"
    CHANGED_POST = "changed_post"
    LEFT = "left"
    ASSIGNED = "assigned"
    RETURNED = "returned"
    SIGNED = "signed"
    CORRECTED = "corrected"
    LAPSED = "lapsed"
    CLAIMED = "claimed"
    RULED = "ruled"
