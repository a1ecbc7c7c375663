"""What can be wrong with the state directory, told so that whoever runs it can act on it."""

import errno

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class StateError(Exception):
    """The state directory can't be used as it is; the message says what is wrong and what to do."""


def disk_full_text(error: OSError, where: object) -> str:
    """That the disk is full, in words; another error as it is."""
    if error.errno not in NO_SPACE:
        return str(error)
    place = error.filename or where
    return f"The disk that holds {place} is full. Make room on it, then call this again: nothing is lost."
