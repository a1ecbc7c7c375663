"""The bank's statements beside our receipts."""
