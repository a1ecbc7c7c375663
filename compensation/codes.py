"""The codes that credits are stored with: one list for the rules, the tables, and who verifies both."""

from enum import StrEnum


class Uncredited(StrEnum):
    """Why a receipt is credited to nobody."""

    CLOSER_OUTSIDE_SALES = "closer_outside_sales"
    CLOSER_LEFT = "closer_left"
    OWNER_OUTSIDE_SALES = "owner_outside_sales"
    CREDITED_PERSON_LEFT = "credited_person_left"
    ORIGINAL_UNCREDITED = "original_uncredited"
