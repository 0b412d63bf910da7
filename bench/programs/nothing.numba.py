"""Starts and ends."""

import numba

assert numba.__version__
print("ready")
