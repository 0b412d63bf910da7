"""Beskid: a statically typed, garbage-collected language that compiles to native code.

Importing this package loads nothing but the version; every heavy part is imported by the command that needs it.
"""

__version__ = "0.2.0.dev0"
