"""Measures where a program spends its time."""
