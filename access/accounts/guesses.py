"""How guesses at log-ins are slowed: what counts against what, and how long the next one waits."""

import datetime as dt
import ipaddress
import unicodedata

from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

PLACES = 2**18
"""How many counters there are of names, of addresses and of both, at most: what is counted is hashed into these."""
WINDOW = dt.timedelta(days=1)
"""For how long wrong guesses count."""
FREE = 4
"""Wrong guesses at one name from one address, from one known device, or of one log-in's codes, that cost no wait."""
NOTABLE_OF_NAME = 10
"""Wrong guesses at one name from wherever, after which each further one makes its address wait."""
NOTABLE_OF_ADDRESS = 20
"""Wrong guesses from one address at whatever names, after which each further name waits before it is looked at."""
MOST = 100
"""Wrong guesses at one name after which a password alone opens nothing on an unknown device."""
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(minutes=15)


def wait_after(wrong: int, *, free: int = FREE) -> dt.timedelta:
    """How long the next guess waits after so many wrong ones: not at all, then a minute, doubled up to the longest."""
    beyond = wrong - free
    if beyond < 1:
        return dt.timedelta()
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(beyond - 1, 10)))


def key_of_name(name: str) -> str:
    """The counter of a user name, known or not: unknown ones are counted alike, so that no answer tells which are."""
    return _place("name", unicodedata.normalize("NFKC", name).casefold())


def key_of_address(address: str | None) -> str:
    """The counter of a network address; of IPv6 that of its /64, which one customer has whole."""
    return _place("from", _network(address))


def key_of_both(name: str, address: str | None) -> str:
    """The counter of a name as it is guessed at from one address."""
    return _place("both", f"{key_of_name(name)} {_network(address)}")


def key_of_device(user_key: int, device: str) -> str:
    """The counter of a log-in on a device that it knows."""
    return f"device:{user_key}:{device}"


def key_of_codes(user_key: int, device: str) -> str:
    """The counter of what is guessed once the password was right: apart for each device that the log-in knows."""
    return f"code:{user_key}:{device}"


def in_words(wait: dt.timedelta) -> str:
    """How long that is, to the next second or minute."""
    seconds = max(1, round(wait.total_seconds() + 0.5))
    if seconds <= 90:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _place(kind: str, what: str) -> str:
    digest = salted_hmac("access.guesses", f"{kind} {what}", algorithm="sha256").digest()
    return f"{kind}:{int.from_bytes(digest[:8], 'big') % PLACES:05x}"


def _network(address: str | None) -> str:
    if not address:
        return ""
    known = ipaddress.ip_address(address)
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
