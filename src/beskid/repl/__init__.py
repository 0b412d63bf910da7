"""Beskid one entry at a time: what was declared and computed lives on until it is replaced."""
