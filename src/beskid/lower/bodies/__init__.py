"""IR of function bodies: expressions, statements, matches and generated functions."""
