/* Counts and times of collections. */
#ifndef BESKID_STATISTICS_H
#define BESKID_STATISTICS_H

#include "common.h"

/* Pauses by processor time: up to 16 microseconds, up to twice that and so on, and all longer ones. */
#define BK_PAUSE_BUCKETS 12

typedef enum BkPause { BK_MINOR, BK_FULL, BK_SLICE, BK_FINAL, BK_SWEEP } BkPause;

/* Nanoseconds, by the clock and as processor time of the thread: on a busy machine the clock also counts what other
 * processes do meanwhile. */
typedef struct BkTimes {
    int64_t wall;
    int64_t processor;
} BkTimes;

typedef struct BkStatistics {
    uint64_t minors;
    uint64_t majors;
    uint64_t allocated; /* bytes up to the last collection */
    uint64_t pauses;
    uint64_t histogram[BK_PAUSE_BUCKETS];
    BkTimes longest;
    BkTimes total;
    /* Of the collection that is going on. */
    BkTimes last; /* other than a sweep */
    uint64_t slices;
    BkTimes longest_slice;
} BkStatistics;

extern BkStatistics bk_statistics;

/* The times now, for bk_statistics_pause. */
BkTimes bk_statistics_now(void);
/* Whether so many nanoseconds of processor time have passed since `began`; 0 stands for no limit. Cheap: the processor
 * time, which takes a system call, is read when the clock says that it may be so. */
bool bk_statistics_is_late(BkTimes began, int64_t nanoseconds);
/* Counts a pause that began at `began`. Returns its processor time. */
int64_t bk_statistics_pause(BkPause pause, BkTimes began);
/* Counts the end of a collection, named by its last pause, and prints its line of the trace. */
BK_COLD void bk_statistics_collection(BkPause pause, uint64_t before);
/* Prints the last line of the trace: how many pauses were how long. */
BK_COLD void bk_statistics_trace_end(void);
/* Bytes of blocks that hold memory. */
BK_COLD uint64_t bk_statistics_held_bytes(void);

#endif
