"""Random companies at the edges of the law, each from a seed, as import workbooks."""
