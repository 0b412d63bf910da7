"""Habits of other languages: constructs that are recognized in order to suggest the Beskid equivalent."""
