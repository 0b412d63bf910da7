"""Foreign libraries: which may be used, how they are linked, and bindings made from C headers."""
