"""Violations found in disputes, and what follows from them (3-2.1)."""
