"""The embedded Valkey: one per state directory, on a loopback port of its own, its data in an append-only file."""

import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from salesorg.servers.errors import ServerError
from salesorg.servers.home import Home
from salesorg.servers.ports import LOOPBACK, Ports, is_free
from salesorg.servers.processes import is_alive, program_of, wait_until, why_it_ended
from salesorg.state.private import open_private

START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True)
class Valkey:
    """The Valkey of one state directory."""

    home: Home
    ports: Ports
    password: str

    @property
    def port(self) -> int:
        return self.ports.get("valkey")

    @property
    def log(self) -> Path:
        return self.home.path / "valkey.log"

    @property
    def pid_file(self) -> Path:
        return self.home.path / "valkey" / "valkey.pid"

    @property
    def config(self) -> Path:
        return self.home.path / "valkey.conf"

    def ensure_running(self, program: Path) -> bool:
        """Start the server, or adopt the one that runs; return whether it had to be started.

        One that runs from another program, as after an update of the package, is started anew.
        """
        pid = self.running_pid()
        if pid is not None:
            self._find_port()
        if pid is not None and program_of(pid).startswith(str(program)) and self._answers(pid):
            return False
        self.stop()
        self._start(program)
        return True

    def running_pid(self) -> int | None:
        """Return the process of this server, not a stranger that was given a dead one's number."""
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return None
        ours = program_of(pid).startswith(f"{self.home.path}/")
        return pid if ours and is_alive(pid) else None

    def stop(self) -> bool:
        """Stop the server, its data written; return whether it ran."""
        pid = self.running_pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not is_alive(pid), STOP_SECONDS):
            raise ServerError(f"Valkey (process {pid}) did not stop within {STOP_SECONDS} s; see {self.log}")
        return True

    def _find_port(self) -> None:
        """Keep the port that the running server was started with; another one would be a lost or foreign file's."""
        for line in self.config.read_text().splitlines():
            if line.startswith("port "):
                self.ports.keep("valkey", int(line.removeprefix("port ")))

    def _start(self, program: Path) -> None:
        if not is_free(self.port):
            self.ports.renew("valkey")
        with open(open_private(self.log), "a") as log:
            server = self.home.account.spawn([program, self._write_config()], self.home.path, log)
        wait_until(lambda: server.poll() is not None or self._pongs(), START_SECONDS)
        if not self._pongs():
            raise ServerError(f"Valkey did not start:\n{why_it_ended(self.log)}")

    def _write_config(self) -> Path:
        """Write the settings to a private file: a password in the command line is everybody's to read."""
        config = self.config
        config.touch(mode=0o600)
        self.home.account.own(config)
        data = self.home.directory("valkey")
        lines = [f"bind {LOOPBACK}", f"port {self.port}", f"dir {data}", "appendonly yes", "save ''"]
        config.write_text("\n".join([*lines, f"pidfile {self.pid_file}", f"requirepass {self.password}", ""]))
        return config

    def _answers(self, pid: int) -> bool:
        """Wait for one that is still reading its file; tell whether it lives."""
        if not wait_until(lambda: not is_alive(pid) or self._pongs(), START_SECONDS):
            raise ServerError(f"Valkey (process {pid}) runs but does not answer; see {self.log}")
        return is_alive(pid)

    def _pongs(self) -> bool:
        """Tell whether a server that knows our password answers."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=5) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answers:
                    return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
