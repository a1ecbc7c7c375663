"""Plan versions on their way into force."""
