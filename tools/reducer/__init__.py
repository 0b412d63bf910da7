"""Makes a program that fails smaller while it goes on failing; `tools/reduce.py` is its command line."""
