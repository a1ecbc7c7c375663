"""Log-ins: who made and changed them, but for what opens them."""

from access.history.masking import keep_from_lists
from access.history.tracking import track
from access.models import User

track(User)
keep_from_lists(User, "password")
