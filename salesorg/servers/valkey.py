"""The embedded Valkey: one per state directory, on a loopback port of its own, its data in an append-only file."""

import socket
from dataclasses import dataclass
from pathlib import Path

from salesorg.servers.errors import ServerError
from salesorg.servers.home import Home
from salesorg.servers.ports import LOOPBACK, Ports, is_free
from salesorg.servers.processes import log_tail, wait_until

START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True)
class Valkey:
    """The Valkey of one state directory; only the right one knows its password, which is how it is recognised."""

    home: Home
    ports: Ports
    password: str

    @property
    def port(self) -> int:
        return self.ports.get("valkey")

    @property
    def log(self) -> Path:
        return self.home.path / "valkey.log"

    def ensure_running(self, program: Path) -> bool:
        """Start the server, or adopt the one that runs; return whether it had to be started."""
        if self.is_running():
            return False
        if not is_free(self.port):
            self.ports.renew("valkey")
        with self.log.open("a") as log:
            server = self.home.account.spawn([program, self._write_config()], self.home.path, log)
        wait_until(lambda: server.poll() is not None or self.is_running(), START_SECONDS)
        if not self.is_running():
            raise ServerError(f"Valkey did not start:\n{log_tail(self.log)}")
        return True

    def is_running(self) -> bool:
        """Tell whether our server answers on our port; one that is still reading its file counts as running."""
        answer = self._ask("PING")
        return answer.startswith(b"+PONG")

    def stop(self) -> bool:
        """Stop the server, its data written; return whether it ran."""
        if not self.is_running():
            return False
        self._ask("SHUTDOWN")
        if not wait_until(lambda: is_free(self.port), STOP_SECONDS):
            raise ServerError(f"Valkey did not stop within {STOP_SECONDS} s; see {self.log}")
        return True

    def _write_config(self) -> Path:
        """Write the settings to a private file: a password in the command line is everybody's to read."""
        config = self.home.path / "valkey.conf"
        config.touch(mode=0o600)
        self.home.account.own(config)
        data = self.home.directory("valkey")
        lines = [f"bind {LOOPBACK}", f"port {self.port}", f"dir {data}", "appendonly yes", "save ''"]
        config.write_text("\n".join([*lines, f"requirepass {self.password}", ""]))
        return config

    def _ask(self, command: str) -> bytes:
        """Return the server's answer to a command, or nothing if none of ours is there."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=5) as connection:
                connection.sendall(f"AUTH {self.password}\r\n".encode())
                if not connection.recv(1024).startswith(b"+OK"):
                    return b""
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(1024)
        except OSError:
            return b""
