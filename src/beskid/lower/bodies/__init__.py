"""Builds IR from the typed program: monomorphisation, layout, expressions, statements, matches."""
