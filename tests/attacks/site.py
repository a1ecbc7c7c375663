"""The site as bin/demo serves it, spoken to byte by byte, as an attacker does."""

import os
import socket
import subprocess
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

from django.conf import settings
from django.test import Client as Browser

from access.models import User
from salesorg.servers.ports import LOOPBACK
from tests.waiting import PATIENCE

BOUNDARY = "b0undary"


@dataclass(frozen=True)
class Answer:
    """What the site answered."""

    status: int
    text: str


class Served:
    """A gunicorn that serves the site from a database and a state directory of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, var: Path, elsewhere: Path) -> None:
        self.process = process
        self.port = port
        self.var = var
        self.elsewhere = elsewhere

    @property
    def files(self) -> list[Path]:
        """Whatever lies where temporary files are written, by the site's choice or by the system's."""
        places = [self.var / "temporary", self.elsewhere]
        return [Path(top, name) for place in places for top, _folders, names in os.walk(place) for name in names]

    @property
    def workers(self) -> list[int]:
        """The process ids of gunicorn's workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def get(self, path: str, *, cookie: str = "") -> Answer:
        """The answer to a question."""
        with self.sent("GET", path, {"Cookie": cookie}) as connection:
            return answer_on(connection)

    def sent(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b"", *, source: str = LOOPBACK
    ) -> socket.socket:
        """A connection from an address on which this much was sent; the rest may follow, or never."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {LOOPBACK}:{self.port}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value]
        connection = socket.create_connection((LOOPBACK, self.port), PATIENCE, (source, 0))
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        with suppress(ConnectionError):  # who is refused already need not be listened to
            connection.sendall(body)
        return connection

    def answers(self) -> bool:
        """Whether the log-in page comes."""
        try:
            return self.get("/login/").status == 200
        except OSError:
            return False


def answer_on(connection: socket.socket) -> Answer:
    """The answer that comes on a connection; TimeoutError if none does."""
    with closing(HTTPResponse(connection)) as response:
        response.begin()
        return Answer(response.status, response.read().decode())


def cookie_of(user: User) -> str:
    """What the browser of somebody who has logged in sends with each question."""
    browser = Browser()
    browser.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def file_form(size: int, *, token: str = "") -> tuple[dict[str, str], bytes, bytes]:
    """Headers of a form with a file of `size` bytes, what stands before the file, and what stands behind it."""
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
    head = f'{field}--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'.encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    length = str(len(head) + size + len(tail))
    return (
        {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": length},
        head,
        tail,
    )
