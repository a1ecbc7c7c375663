"""The ports of one state directory's servers: chosen free once and kept, so that the next call finds them."""

import json
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesorg.state.private import PRIVATE, tighten, write_private

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """The file that keeps the port of each server."""

    file: Path

    def get(self, server: str) -> int:
        """Return the server's port; a free one is chosen and kept if it has none."""
        port = self._read().get(server)
        return port if port is not None else self.renew(server)

    def renew(self, server: str) -> int:
        """Choose another free port for the server and keep it."""
        return self.keep(server, free_port())

    def keep(self, server: str, port: int) -> int:
        """Keep the port at which the server is found."""
        ports = self._read()
        if ports.get(server) != port:
            write_private(self.file, json.dumps(ports | {server: port}))
        return port

    def _read(self) -> dict[str, int]:
        """The ports as kept; what is no port is passed over, for whatever is missing is found or chosen again."""
        if not self.file.exists():
            return {}
        tighten(self.file, PRIVATE)
        try:
            kept: Any = json.loads(self.file.read_text())
        except ValueError:
            kept = None
        if isinstance(kept, dict) and all(map(_is_port, kept.values())):
            return kept
        print(f"{self.file} is damaged: the servers' ports are found or chosen again.", file=sys.stderr)
        self.file.unlink()
        return {}


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**16


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port of the loopback address that is free now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
