"""Months and what came of them."""
