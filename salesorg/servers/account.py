"""The account that the servers run under: the caller's own, or an ordinary one for root, whom PostgreSQL refuses."""

import os
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """A user and group id; ``dropped`` tells that the caller is root and must hand things over to it."""

    uid: int
    gid: int
    dropped: bool

    def may_pass(self, directory: Path) -> bool:
        """Tell whether this account can walk down to the directory."""
        return not self.dropped or all(self._may_enter(path) for path in (directory, *directory.parents))

    def _may_enter(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        return bool(status.st_mode & stat.S_IXOTH)

    def own(self, path: Path) -> None:
        """Give a file or directory to this account."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)

    def run(self, command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a short command under this account and return its output, errors included."""
        return subprocess.run(
            command,
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            user=self.uid if self.dropped else None,
            group=self.gid if self.dropped else None,
            extra_groups=[] if self.dropped else None,
        )

    def spawn(self, command: Sequence[str | Path], cwd: Path, log: IO[str] | int) -> "subprocess.Popen[bytes]":
        """Start a server under this account, in a session of its own so that it outlives its caller."""
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self.uid if self.dropped else None,
            group=self.gid if self.dropped else None,
            extra_groups=[] if self.dropped else None,
        )


def server_account() -> Account:
    """Return the account for the servers of whoever calls."""
    if os.geteuid() == 0:
        return Account(NOBODY, NOBODY, dropped=True)
    return Account(os.geteuid(), os.getegid(), dropped=False)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
