"""The lowest layer: node classes and tables. It knows nothing of the language."""
