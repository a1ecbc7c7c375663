"""Why something about a dispute was not done."""

from access.refusals import Refused


class DisputeRefused(Refused):
    """What was asked about a dispute can't be; `field` is what of the given speaks against it, if any."""
