"""The year's awards: recommended by branches, decided by human resources, signed by a second person (1-8)."""
