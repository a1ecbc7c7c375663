"""Weights, corrections and awards."""

from access.history.masking import mask
from access.history.tracking import track
from compensation.models import AwardDecision, AwardRecommendation, Correction, Payslip, SupportWeight

track(Correction, SupportWeight, AwardRecommendation, AwardDecision)
mask(Payslip, "bank_account")
