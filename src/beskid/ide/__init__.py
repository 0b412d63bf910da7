"""What editors ask about a program, as functions from a snapshot and an offset to plain data.

Nothing here knows the language server protocol: offsets are characters of a text, files are absolute paths.
"""
