"""The command line: one file a command; heavy imports stay inside the command that needs them."""
