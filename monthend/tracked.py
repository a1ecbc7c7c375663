"""Deputies."""

from access.tracking import track
from monthend.models import Deputy

track(Deputy)
