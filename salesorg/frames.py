"""Room for the frames of deep calls, which Python would otherwise ask of the system, and give back, again and again."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

WORDS = 2**16
"""How much room: half a megabyte, of which the system gives only what is touched."""


def with_room(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call it, with room for the frames of all that it calls.

    Python keeps frames in pieces of 16 KB. A loop whose calls cross from one piece into the next takes a new piece from
    the system and gives it back with each turn: a fifth of what a page took. A frame that asks for more than a piece
    gets one of twice its size, whose other half is for the frames after it.
    """
    return call(*args, **kwargs)


with_room.__code__ = with_room.__code__.replace(co_stacksize=WORDS)
