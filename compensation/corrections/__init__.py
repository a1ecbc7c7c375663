"""What is put right after a month is locked."""
