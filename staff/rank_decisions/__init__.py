"""Ranks given by decision, signed by a second person (1-4.3)."""
