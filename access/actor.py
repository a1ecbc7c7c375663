"""Who acts: a logged-in user, or whoever sits at the server's console."""

from dataclasses import dataclass

from access.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something; `user` is None for the console."""

    user: User | None

    @property
    def is_console(self) -> bool:
        """Whether this was done at the server's console, without an account."""
        return self.user is None


CONSOLE = Actor(user=None)
