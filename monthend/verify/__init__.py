"""A second, slow, plain implementation of a month's results, to verify the first one by.

It recomputes every month from the first on from what was put in, sentence by sentence of the law, and shares no code
with what computes the official rows beyond the parsed plan, the month as a value, and the codes that rows are stored
with. `actions` has it done when it is asked for, `pages` tells what it found.
"""
