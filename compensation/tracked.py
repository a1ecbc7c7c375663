"""Weights and corrections."""

from access.masking import mask
from access.tracking import track
from compensation.models import Correction, Payslip, SupportWeight

track(Correction, SupportWeight)
mask(Payslip, "bank_account")
