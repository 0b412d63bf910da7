"""Projects, sessions and caches: the layer that touches files."""
