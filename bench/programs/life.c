/* The game of life on a torus: arrays of arrays of bool, and indices that wrap around. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SIZE 256

static int64_t neighbours(bool **cells, int64_t y, int64_t x)
{
    int64_t count = 0;
    for (int64_t dy = -1; dy < 2; dy++) {
        const bool *row = cells[(y + dy + SIZE) % SIZE];
        for (int64_t dx = -1; dx < 2; dx++) {
            count += (dy != 0 || dx != 0) && row[(x + dx + SIZE) % SIZE];
        }
    }
    return count;
}

static bool **grid(void)
{
    bool **rows = malloc(SIZE * sizeof *rows);
    for (int y = 0; y < SIZE; y++) {
        rows[y] = calloc(SIZE, sizeof **rows);
    }
    return rows;
}

int main(int count, char **arguments)
{
    int64_t generations = count > 1 ? atoll(arguments[1]) : 1;
    bool **cells = grid();
    bool **next = grid();
    int64_t random = 42;
    for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
            random = (random * 1103515245 + 12345) & 2147483647;
            cells[y][x] = (random >> 16) % 3 == 0;
        }
    }
    for (int64_t generation = 0; generation < generations; generation++) {
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int64_t around = neighbours(cells, y, x);
                next[y][x] = around == 3 || (around == 2 && cells[y][x]);
            }
        }
        bool **old = cells;
        cells = next;
        next = old;
    }
    int alive = 0;
    for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
            alive += cells[y][x];
        }
    }
    printf("%d\n", alive);
    return 0;
}
