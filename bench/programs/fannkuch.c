/* Flips of prefixes over all permutations: short loops over small arrays. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argument_count, char **arguments)
{
    int64_t n = argument_count > 1 ? atoll(arguments[1]) : 1;
    int64_t *first = calloc((size_t)n, sizeof *first);
    int64_t *work = calloc((size_t)n, sizeof *work);
    int64_t *counts = calloc((size_t)n, sizeof *counts);
    for (int64_t i = 0; i < n; i++) {
        first[i] = i;
    }
    int64_t most = 0, checksum = 0, number = 0, r = n;
    for (;;) {
        for (; r != 1; r--) {
            counts[r - 1] = r;
        }
        for (int64_t i = 0; i < n; i++) {
            work[i] = first[i];
        }
        int64_t flips = 0;
        for (int64_t k = work[0]; k != 0; k = work[0]) {
            for (int64_t low = 0, high = k; low < high; low++, high--) {
                int64_t swapped = work[low];
                work[low] = work[high];
                work[high] = swapped;
            }
            flips++;
        }
        most = flips > most ? flips : most;
        checksum += number % 2 == 0 ? flips : -flips;
        for (;;) {
            if (r == n) {
                printf("%ld %ld\n", (long)checksum, (long)most);
                return 0;
            }
            int64_t front = first[0];
            for (int64_t i = 0; i < r; i++) {
                first[i] = first[i + 1];
            }
            first[r] = front;
            if (--counts[r] > 0) {
                break;
            }
            r++;
        }
        number++;
    }
}
