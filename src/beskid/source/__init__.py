"""Source texts, places in them, diagnostics as data, and their renderings."""
