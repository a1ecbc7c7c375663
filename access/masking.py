"""What is shown of a number that only few need to see whole: ID card, bank account, telephone."""

SHOWN = 4
SHORTEST = 8
MASK = "****"


def masked(number: str) -> str:
    """The last four digits behind stars; a short number is hidden altogether, an empty one is empty."""
    if not number:
        return ""
    return MASK + number[-SHOWN:] if len(number) >= SHORTEST else MASK
