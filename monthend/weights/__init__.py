"""The weights of a branch's support bonus, given as one table (1-7.2.2)."""
