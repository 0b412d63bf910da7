"""The naive Fibonacci recursion: the cost of a call."""

import sys

import numba


@numba.njit("int64(int64)")
def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(int(sys.argv[1])))
