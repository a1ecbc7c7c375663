"""The database's address, the role's rights in it, and clones for tests and benchmarks."""
