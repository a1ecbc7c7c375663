"""What can go wrong with the embedded servers, told so that a newcomer can act on it."""


class ServerError(Exception):
    """A server could not be found, started or stopped; the message says which and why."""
