"""From where and with what somebody comes, as far as a request tells."""

import ipaddress
import re
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest

BROWSERS = (("MicroMessenger", "微信"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "HarmonyOS", "Mac OS X", "Linux")


def address_of(request: HttpRequest) -> str | None:
    """The network address; behind a proxy, which appends it, the last one that the proxy names. None if unknown.

    What a client says of itself counts for nothing: without a proxy, as the settings tell, the header is not read.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SALESORG_BEHIND_PROXY else ""
    for said in (forwarded.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
        with suppress(ValueError):
            return str(ipaddress.ip_address(said))
    return None


def device_of(request: HttpRequest) -> str:
    """The browser and the system, such as `Chrome · Windows`; empty for who does not tell."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "Safari" if "Safari" in agent else "")
    system = next((name for name in SYSTEMS if name in agent), "")
    known = " · ".join(filter(None, (browser, system)))
    return known or re.sub(r"[^\x20-\x7e]", "", agent)[:60]
