"""`me/`: what a log-in's person reads of themselves."""
