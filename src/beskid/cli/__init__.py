"""The command line: one module for each command. Heavy imports stay inside the functions that need them."""
