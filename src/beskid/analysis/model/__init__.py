"""Symbols and types as values, and the protocol of the world in which they are looked up."""
