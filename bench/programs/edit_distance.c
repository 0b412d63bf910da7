/* The edit distance of two texts: a row of numbers, and the bytes of strings. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static char *text(int64_t length, int64_t seed)
{
    char *bytes = malloc((size_t)length);
    int64_t random = seed;
    for (int64_t i = 0; i < length; i++) {
        random = (random * 1103515245 + 12345) & 2147483647;
        bytes[i] = (char)(97 + (random >> 16) % 4);
    }
    return bytes;
}

static int64_t distance(const char *left, const char *right, int64_t length)
{
    int64_t *row = malloc((size_t)(length + 1) * sizeof *row);
    for (int64_t x = 0; x <= length; x++) {
        row[x] = x;
    }
    for (int64_t y = 0; y < length; y++) {
        int64_t diagonal = row[0];
        row[0] = y + 1;
        for (int64_t x = 0; x < length; x++) {
            int64_t above = row[x + 1];
            int64_t best = diagonal;
            if (left[y] != right[x]) {
                best++;
            }
            if (above + 1 < best) {
                best = above + 1;
            }
            if (row[x] + 1 < best) {
                best = row[x] + 1;
            }
            diagonal = above;
            row[x + 1] = best;
        }
    }
    return row[length];
}

int main(int count, char **arguments)
{
    int64_t length = count > 1 ? atoll(arguments[1]) : 1;
    printf("%ld\n", (long)distance(text(length, 1), text(length, 2), length));
    return 0;
}
