"""Why something about a dispute was not done."""

from access.refusals import Refused


class DisputeRefused(Refused):
    """What was asked about a dispute can't be; `field` is what of the given speaks against it, if any."""


class OutsideAppealWindow(DisputeRefused):
    """A dispute among colleagues comes too late, or before any cash of the contract has arrived (3-2.4.1)."""

    def __init__(self, reason: str, *, is_over: bool) -> None:
        self.is_over = is_over
        super().__init__(reason, "contract")
