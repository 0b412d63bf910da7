"""The sieve of Eratosthenes over bytes: bounds checks and strided stores."""

import sys


def count_primes(limit: int) -> int:
    composite = bytearray(limit + 1)
    i = 2
    while i * i <= limit:
        if composite[i] == 0:
            for j in range(i * i, limit + 1, i):
                composite[j] = 1
        i += 1
    count = 0
    for n in range(2, limit + 1):
        if composite[n] == 0:
            count += 1
    return count


def main() -> None:
    limit = int(sys.argv[1])
    count = 0
    for _ in range(5):
        count = count_primes(limit)
    print(count)


main()
