"""Disputes, raised, decided and settled by calls."""
