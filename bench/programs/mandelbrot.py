"""Points of the Mandelbrot set on a grid: floating-point arithmetic with unpredictable loop ends."""

import sys


def iterations(re: float, im: float) -> int:
    x = y = 0.0
    n = 0
    while n < 50 and x * x + y * y <= 4.0:
        x, y = x * x - y * y + re, 2.0 * x * y + im
        n += 1
    return n


def count(size: int) -> tuple[int, int]:
    inside = total = 0
    for row in range(size):
        im = 2.0 * row / size - 1.0
        for column in range(size):
            n = iterations(2.0 * column / size - 1.5, im)
            total += n
            if n == 50:
                inside += 1
    return inside, total


print(*count(int(sys.argv[1])))
