"""Log-ins: made, opened by a second person, guarded by a second factor, and guessed at in vain."""
