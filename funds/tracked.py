"""Claims."""

from access.history.tracking import track
from funds.models import FundClaim

track(FundClaim)
