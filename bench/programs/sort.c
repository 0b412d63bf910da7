// The library's sort over integers in random order: qsort, which calls a function to compare.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv) {
    (void)argc;
    int64_t size = atoll(argv[1]);
    int64_t *values = malloc((size_t)size * sizeof *values);
    int64_t state = 42;
    for (int64_t i = 0; i < size; i++) {
        state = (state * 1103515245 + 12345) % 2147483648;
        values[i] = state;
    }
    qsort(values, (size_t)size, sizeof *values, compare);
    int64_t checksum = 0;
    for (int64_t i = 0; i < size; i++) checksum = (checksum * 31 + values[i]) % 1000000007;
    printf("%ld %ld %ld\n", (long)values[0], (long)values[size - 1], (long)checksum);
    return 0;
}
