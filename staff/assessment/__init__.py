"""What a month's sales do to ranks (1-4.3)."""
