"""A month's way from computed to paid: who is in charge, what was handed over, approved, taken back."""
