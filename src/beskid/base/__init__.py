"""The lowest layer: node classes and tables. It is independent of the language."""
