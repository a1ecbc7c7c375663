"""The bank's statements: read from what banks export, reconciled on their pages."""
