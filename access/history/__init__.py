"""What the database keeps of changes: who made them, what of them is shown to whom, and how it reads."""
