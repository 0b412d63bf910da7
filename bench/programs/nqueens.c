/* Ways to put queens on a board: recursion over bit sets. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t solve(int64_t all, int64_t columns, int64_t left, int64_t right)
{
    if (columns == all) {
        return 1;
    }
    int64_t count = 0;
    int64_t open = all & ~(columns | left | right);
    while (open != 0) {
        int64_t bit = open & -open;
        open ^= bit;
        count += solve(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

int main(int count, char **arguments)
{
    int64_t size = count > 1 ? atoll(arguments[1]) : 1;
    printf("%ld\n", (long)solve(((int64_t)1 << size) - 1, 0, 0, 0));
    return 0;
}
