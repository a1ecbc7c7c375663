"""Tokens, but what is kept of their secrets."""

from access.history.tracking import track
from api.models import Token

track(Token)
