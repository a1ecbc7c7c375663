"""Cases that the assessment opens: decided by human resources, signed by a second person (1-4.3.4, 1-4.3.5)."""
