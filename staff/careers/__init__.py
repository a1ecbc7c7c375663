"""Posts and ranks held, derived from dated events."""
