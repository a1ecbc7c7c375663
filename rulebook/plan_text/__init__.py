"""A plan's text: parsed, looked at and set by places."""
