"""The oracle: an interpreter of IR on Python values, before and after the passes."""
