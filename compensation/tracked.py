"""Weights and corrections."""

from access.tracking import track
from compensation.models import Correction, SupportWeight

track(Correction, SupportWeight)
