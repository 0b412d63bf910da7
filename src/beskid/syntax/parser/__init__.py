"""Recursive-descent and Pratt parser with recovery."""
