"""Decisions that take two: what they would do, told as facts, and who signs them."""
