"""Small questions about processes, and waiting for their answers."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

LEAST_ROOM = 2**20


def is_alive(pid: int) -> bool:
    """Tell whether the process exists and has not ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def program_of(pid: int) -> str:
    """Return the path of the process's program as it was started, or nothing if there is no such process."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode()
        except OSError:
            return ""
    shown = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True)
    return shown.stdout.strip()


def ended_pid() -> int:
    """Return the number of a process that has just ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask until the answer is yes or the time is over; return the last answer."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def log_tail(log: Path) -> str:
    """Return the last lines of a server's log; nothing if there was no room for one."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:])


def lacks_room(log: Path) -> bool:
    """Whether the disk of a server's log and data is full."""
    return shutil.disk_usage(log.parent).free < LEAST_ROOM


def why_it_ended(log: Path) -> str:
    """What a server's log says last; where there is no room for that, so."""
    if lacks_room(log):
        return f"The disk that holds {log.parent} is full. Make room on it: nothing is lost."
    return log_tail(log)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
