"""Name resolution: modules, symbols, scopes and paths."""
