"""A month's page."""
