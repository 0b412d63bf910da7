"""Constructs of other languages: recognized where the grammar ends, reported with what Beskid writes instead."""
