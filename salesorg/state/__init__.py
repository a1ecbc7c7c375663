"""The state directory: its paths, its secrets, its lock, and stamps of what is done. Standard library only."""
