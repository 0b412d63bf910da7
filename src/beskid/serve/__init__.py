"""`beskid serve`: the page of the playground on one's own machine, with programs that run as machine code."""
