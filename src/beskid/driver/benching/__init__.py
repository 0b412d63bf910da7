"""Measures the benchmarks of a program."""
