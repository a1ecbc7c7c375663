"""Room for frames: no depth of calls at which Python takes memory from the system, and gives it back, at each call."""

import resource
from concurrent.futures import ThreadPoolExecutor

from salesorg.frames import with_room

DEEP = 600
CALLS = 200


def faults(depth: int) -> int:
    """At the depth where calls cost most: for how many pieces of memory CALLS calls from there asked the system."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _call in range(CALLS):
        nothing()
    here = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before
    return max(here, faults(depth - 1)) if depth else here


def nothing() -> None:
    """A call."""


def test_with_room_no_depth_of_calls_asks_the_system_at_each_call() -> None:
    with ThreadPoolExecutor() as thread:  # where nobody has made room before
        assert thread.submit(with_room, faults, DEEP).result() < CALLS / 4
