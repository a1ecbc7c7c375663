"""Whose each client was when, and when it was an orphan, replayed from dated events (1-5)."""
