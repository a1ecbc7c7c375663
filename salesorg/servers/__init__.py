"""The embedded PostgreSQL and Valkey: found in their wheels, started, adopted, stopped. Nothing of Django here."""
