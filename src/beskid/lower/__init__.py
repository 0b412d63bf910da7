"""From the typed program to IR, and the passes over it."""
