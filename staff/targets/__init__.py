"""Targets of branches, of people and of the year (1-3.5)."""
