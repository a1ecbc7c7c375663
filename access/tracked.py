"""Log-ins: who made and changed them, but for what opens them."""

from access.masking import keep_from_lists
from access.models import User
from access.tracking import track

track(User)
keep_from_lists(User, "password")
