"""The ports of one state directory's servers: chosen free once and kept, so that the next call finds them."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path

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
        ports = self._read() | {server: free_port()}
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(ports))
        draft.replace(self.file)
        return ports[server]

    def _read(self) -> dict[str, int]:
        if not self.file.exists():
            return {}
        ports: dict[str, int] = json.loads(self.file.read_text())
        return ports


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
