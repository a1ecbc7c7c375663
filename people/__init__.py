"""Personnel changes and targets: pages on top of staff, clients and pay; the app has no tables."""
