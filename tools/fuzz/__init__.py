"""Fuzzers: mutated inputs for everything in the compiler that reads bytes it did not write."""
