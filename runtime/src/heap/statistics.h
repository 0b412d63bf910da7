/* Counts and times of collections. */
#ifndef BESKID_STATISTICS_H
#define BESKID_STATISTICS_H

#include "common.h"

typedef enum BkPause { BK_MINOR, BK_FULL, BK_SLICE, BK_FINAL } BkPause;

typedef struct BkStatistics {
    uint64_t minors;
    uint64_t majors;
    uint64_t allocated; /* bytes up to the last collection */
    uint64_t pauses;
    int64_t longest; /* nanoseconds */
    int64_t total;
    /* Of the collection that is going on. */
    int64_t last;
    uint64_t slices;
    int64_t longest_slice;
} BkStatistics;

extern BkStatistics bk_statistics;

/* Counts a pause that began at a time. Returns the time now. */
int64_t bk_statistics_pause(BkPause pause, int64_t began);
/* Counts the end of a collection, named by its last pause, and prints its line of the trace. */
void bk_statistics_collection(BkPause pause, uint64_t before);
/* Bytes of blocks that hold memory. */
uint64_t bk_statistics_held_bytes(void);

#endif
