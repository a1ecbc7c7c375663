"""Targets on pages: the year's, the branches' and their people's (1-3.5)."""
