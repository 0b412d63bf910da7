"""The JIT engine: loads the runtime and an object, checks their versions, and calls the entry."""
