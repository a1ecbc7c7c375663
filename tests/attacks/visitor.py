"""Somebody at a served site: keeps cookies, sends forms and goes where the answers lead."""

from http.client import HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin

from access.models import User
from salesorg.servers.ports import LOOPBACK
from tests.attacks.site import Answer, Served, cookie_of

TOKEN = "t" * 32


class Visitor:
    """A browser of somebody who is logged in already or, without a user, of a stranger."""

    def __init__(self, site: Served, user: User | None = None, *, source: str = LOOPBACK) -> None:
        self._site, self._source = site, source
        self._cookies = SimpleCookie(f"csrftoken={TOKEN}")
        if user is not None:
            self._cookies.load(cookie_of(user))
        self.at = "/"

    def get(self, path: str) -> Answer:
        """The page there, or where that leads to."""
        return self._asked("GET", path)

    def post(self, path: str = "", **fields: object) -> Answer:
        """The page that a form leads to; without a path it is sent to the page that one is at."""
        token = self._cookies["csrftoken"].value
        return self._asked("POST", path or self.at, urlencode({"csrfmiddlewaretoken": token, **fields}).encode())

    def _asked(self, method: str, path: str, body: bytes = b"") -> Answer:
        self.at = path
        headers = {"Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in self._cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        sent = self._site.sent(method, path, headers, body, source=self._source)
        with sent as connection, HTTPResponse(connection) as response:
            response.begin()
            for cookie in response.headers.get_all("Set-Cookie", []):
                self._cookies.load(cookie)
            if 300 <= response.status < 400:
                return self._asked("GET", urljoin(path, response.headers["Location"]))
            return Answer(response.status, response.read().decode())
