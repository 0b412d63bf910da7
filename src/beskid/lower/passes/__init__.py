"""IR to IR, one file and one sentence a pass."""
