"""LLVM text for IR."""
