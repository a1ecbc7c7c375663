"""What if: months computed aside by the same code, from an official starting state, without a trace in what is official."""
