"""Foreign libraries: which are permitted, how they are linked, and bindings generated from C headers."""
