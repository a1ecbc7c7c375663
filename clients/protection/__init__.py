"""Clients kept for who registered them, the open pool (公海), and registrations that may be twice there."""
