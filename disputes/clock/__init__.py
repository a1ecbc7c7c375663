"""By when a dispute is decided: the working calendar, pauses and reminders (3-2.3)."""
