"""Log-ins: who made and changed them, but for what opens them."""

from access.models import User
from access.tracking import track

track(User)
