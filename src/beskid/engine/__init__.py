"""The JIT engine: loads the runtime and one object, checks the gates, calls the entry."""
