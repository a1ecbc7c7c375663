"""Watches over the embedded servers of a site that runs: one that has died is started again."""

import os
import sys
import time
from dataclasses import dataclass, field

from salesorg.servers.errors import ServerError
from salesorg.servers.running import addresses, dead_servers, ensure_postgres, ensure_valkey, were_stopped
from salesorg.state.errors import disk_full_text
from salesorg.state.keys import Keys, load_keys
from salesorg.state.lock import exclusive
from salesorg.state.places import Places, current_places

AGAIN_SECONDS = 5
STARTS = {"PostgreSQL": ensure_postgres, "Valkey": ensure_valkey}


@dataclass
class Watch:
    """Those of the state directory's servers that this process was given the addresses of."""

    places: Places
    keys: Keys
    names: dict[str, str]
    said: str = field(default="", init=False)
    next_try: float = field(default=0, init=False)

    def look(self) -> bool:
        """Start what has died, unless somebody stopped it; return whether an address is another one now.

        What speaks against it is said once, and it is tried again every few seconds.
        """
        dead = [name for name in dead_servers(self.places, self.keys) if name in self.names]
        if not dead or time.monotonic() < self.next_try or were_stopped(self.places):
            return False
        try:
            for name in dead:
                self._say(f"{name} has ended; starting it again.")
                with exclusive(self.places):
                    STARTS[name](self.places, self.keys)
        except (ServerError, OSError) as error:
            self._say(disk_full_text(error, self.places.var) if isinstance(error, OSError) else str(error))
            self.next_try = time.monotonic() + AGAIN_SECONDS
            return False
        self.said = ""
        return self._moved()

    def _moved(self) -> bool:
        now = addresses(self.places, self.keys)
        moved = {variable: now[name] for name, variable in self.names.items() if os.environ[variable] != now[name]}
        os.environ.update(moved)
        return bool(moved)

    def _say(self, words: str) -> None:
        if words not in self.said:
            self.said += words
            print(words, file=sys.stderr, flush=True)


def watch_embedded() -> Watch:
    """The watch over the embedded servers whose addresses stand in the environment."""
    places = current_places()
    keys = load_keys(places)
    ours = addresses(places, keys)
    names = {"PostgreSQL": "DATABASE_URL", "Valkey": "REDIS_URL"}
    watched = {name: variable for name, variable in names.items() if os.environ.get(variable) == ours.get(name)}
    return Watch(places, keys, watched)
