"""The type model, inference, the checker and its side facts."""
