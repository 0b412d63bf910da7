"""Readers of binary files, one module a format; `beskid.codegen.fileformats` has their table."""
