"""The lock: the seal of a month, the chain of seals, the console's permit."""
