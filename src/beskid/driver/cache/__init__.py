"""Cached objects, the keys that name them, and the records of earlier runs."""
