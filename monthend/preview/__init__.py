"""What if: months computed aside by the same code, without a trace in what is official."""
