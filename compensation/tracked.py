"""Weights, corrections and awards."""

from access.masking import mask
from access.tracking import track
from compensation.models import AwardDecision, AwardRecommendation, Correction, Payslip, SupportWeight

track(Correction, SupportWeight, AwardRecommendation, AwardDecision)
mask(Payslip, "bank_account")
