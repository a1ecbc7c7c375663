"""Files and directories of the state that nobody but their owner may read."""

import os
import stat
import sys
from pathlib import Path

PRIVATE, PASSABLE = 0o600, 0o711


def write_private(path: Path, text: str) -> None:
    """Replace a file by another that its owner alone reads, whole or not at all, also when the disk is full."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)


def open_private(path: Path) -> int:
    """Open a file to add to it, made if missing, for its owner alone; return its descriptor."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE)
    os.fchmod(handle, PRIVATE)
    return handle


def tighten(path: Path, mode: int) -> None:
    """Take from others what `mode` doesn't give them, and say so: they could read what lies there until now."""
    wide = stat.S_IMODE(path.stat().st_mode)
    if wide & 0o077 & ~mode:
        path.chmod(wide & mode)
        print(f"{path} was open to others (mode {wide:04o}); now it is {wide & mode:04o}.", file=sys.stderr)


def is_private(path: Path) -> bool:
    """Whether nobody but the owner may read or write a file."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
