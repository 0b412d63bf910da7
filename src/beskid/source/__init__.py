"""Source texts, positions in them, diagnostics as data, and their rendering."""
