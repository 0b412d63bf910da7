/* Memory that a panic frees. */
#include "context/scratch.h"

#include <stdlib.h>

/* Runtime functions that keep memory do not call each other more deeply. */
#define MAX_KEPT 8

static void *kept[MAX_KEPT];

static void **place_of(const void *memory)
{
    for (unsigned index = 0; index < MAX_KEPT; index++) {
        if (kept[index] == memory) {
            return &kept[index];
        }
    }
    return NULL;
}

void *bk_scratch_keep(void *memory)
{
    void **place = memory == NULL ? NULL : place_of(NULL);
    if (place != NULL) {
        *place = memory;
    }
    return memory;
}

void *bk_scratch_replace(const void *former, void *memory)
{
    void **place = former == NULL ? NULL : place_of(former);
    if (place == NULL) {
        return bk_scratch_keep(memory);
    }
    *place = memory;
    return memory;
}

void bk_scratch_free(void *memory)
{
    void **place = memory == NULL ? NULL : place_of(memory);
    if (place != NULL) {
        *place = NULL;
    }
    free(memory);
}

void bk_scratch_free_all(void)
{
    for (unsigned index = 0; index < MAX_KEPT; index++) {
        free(kept[index]);
        kept[index] = NULL;
    }
}
