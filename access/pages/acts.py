"""What a page lets its viewer do, told before it is done; parts/offer.html makes a button of each."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that the viewer may do now: its verb, what will happen, and whether it asks for a reason.

    `is_next` is the one that moves things on, an aside changes nothing, and what `is_asked` is confirmed on a page of
    its own.
    """

    act: StrEnum
    verb: str
    forecast: str
    is_next: bool = False
    asks_reason: bool = False
    is_aside: bool = False
    is_asked: bool = False
