"""Whose pay a correction changes: nobody makes or takes back one of their own."""

from collections.abc import Iterable

from compensation.models import Correction


def whom_it_concerns(correction: Correction, adjusted: Iterable[int]) -> set[int]:
    """Whose pay (ids) a correction changes: now, by being spared, or later on as the contract's closer or assistant.

    `adjusted` are those whom its adjustments pay.
    """
    people = {*adjusted, *correction.spared, correction.wrong_closer_id, correction.right_closer_id}
    contract = correction.contract or (correction.receipt.contract if correction.receipt else None)
    if contract is not None:
        people |= {contract.closer_id, contract.assistant_id}
    return {person for person in people if person is not None}
