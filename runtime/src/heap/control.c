/* The collector as programs and hosts see it: collections on request, and numbers.
 * Calls are emitted for the source builtins `__gc_…` (beskid.codegen). */
#include "heap/blocks.h"
#include "heap/collector.h"
#include "heap/statistics.h"
#include "heap/sweeping.h"

/* The number of the first of the pauses by length. */
#define FIRST_BUCKET 16

int64_t gc_bytes_allocated(void)
{
    bk_sweeping_finish();
    return (int64_t)(bk_collector_bytes() - bk_cursors_unused(false));
}

int64_t gc_object_count(void)
{
    bk_sweeping_finish();
    return (int64_t)(bk_heap.live_objects + bk_heap.objects_since_gc - bk_cursors_unused(true));
}

int64_t gc_phase(void)
{
    return (int64_t)bk_heap.phase;
}

void gc_disable(void)
{
    bk_collector_disable();
}

int64_t gc_collect(void)
{
    return (int64_t)bk_collector_run();
}

int64_t gc_collect_if_needed(void)
{
    bk_collector_initialize();
    if (bk_heap.stress || bk_heap.allocated_since_gc >= bk_heap.due) {
        bk_collector_step(0);
    }
    return gc_bytes_allocated();
}

int64_t gc_statistic(int64_t which)
{
    switch (which) {
    case 0:
        return (int64_t)bk_statistics.minors;
    case 1:
        return (int64_t)bk_statistics.majors;
    case 2:
        bk_sweeping_finish();
        return (int64_t)bk_heap.live_bytes;
    case 3:
        bk_sweeping_finish();
        return (int64_t)bk_statistics_held_bytes();
    case 4:
        return (int64_t)(bk_statistics.allocated + bk_heap.allocated_since_gc - bk_cursors_unused(false));
    case 5:
        return (int64_t)bk_statistics.pauses;
    case 6:
        return bk_statistics.longest.wall;
    case 7:
        return bk_statistics.total.wall;
    case 8:
        return bk_statistics.longest.processor;
    case 9:
        return bk_statistics.total.processor;
    default:
        break;
    }
    uint64_t bucket = (uint64_t)which - FIRST_BUCKET;
    return bucket < BK_PAUSE_BUCKETS ? (int64_t)bk_statistics.histogram[bucket] : -1;
}
