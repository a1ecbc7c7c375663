"""The law to read: its words, our reading, what it was applied to."""
