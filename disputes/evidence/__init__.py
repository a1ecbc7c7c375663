"""What the sides of a dispute bring, and the files of it (3-1.2)."""
