"""What people did by hand that a month pays by, for who approves it: the second person for it."""
