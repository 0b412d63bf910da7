"""The lowest layer: node classes, tables and graphs. It is independent of the language."""
