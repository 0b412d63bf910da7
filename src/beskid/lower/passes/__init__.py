"""Passes over IR, one per file."""
