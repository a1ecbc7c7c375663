"""The pool of orphan clients, and their assigning (1-5, 1-6)."""
