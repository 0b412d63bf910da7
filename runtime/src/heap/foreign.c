/* The table of arrays whose elements lie in memory of the host. */
#include "heap/foreign.h"
#include "heap/blocks.h"

#include <stdlib.h>

typedef struct Loan {
    const uint8_t *cell;
    int64_t token;
} Loan;

typedef struct Loans {
    Loan *rows;
    uint64_t count;
    uint64_t capacity;
} Loans;

static Loans loans;
/* Their cells are dead, and their hosts do not know it yet. There is room for every loan, so that the collector never
 * needs memory. */
static Loans released;

static bool reserve(Loans *list, uint64_t count)
{
    if (count <= list->capacity) {
        return true;
    }
    uint64_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
    capacity = capacity < count ? count : capacity;
    Loan *grown = realloc(list->rows, capacity * sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    list->rows = grown;
    list->capacity = capacity;
    return true;
}

bool bk_foreign_remember(const void *cell, int64_t token)
{
    if (!reserve(&loans, loans.count + 1) || !reserve(&released, released.count + loans.count + 1)) {
        return false;
    }
    loans.rows[loans.count++] = (Loan){cell, token};
    return true;
}

static bool is_marked(const uint8_t *cell)
{
    uint64_t offset = (uint64_t)(cell - bk_heap.base);
    const BkBlock *block = &bk_heap.blocks[offset >> BK_BLOCK_SHIFT];
    return bk_block_is_marked(block, bk_heap.marked, bk_block_index(block, offset));
}

void bk_foreign_after_marking(void)
{
    uint64_t kept = 0;
    for (uint64_t number = 0; number < loans.count; number++) {
        if (is_marked(loans.rows[number].cell)) {
            loans.rows[kept++] = loans.rows[number];
        } else {
            released.rows[released.count++] = loans.rows[number];
        }
    }
    loans.count = kept;
}

int64_t beskid_foreign_released(void)
{
    return released.count == 0 ? 0 : released.rows[--released.count].token;
}
