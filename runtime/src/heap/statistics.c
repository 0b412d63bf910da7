/* What the collector tells about itself: the lines of `BESKID_GC_TRACE=1`, and numbers for programs.
 * Calls are emitted for the source builtins `__gc_…` (beskid.codegen). */
#include "heap/heap.h"

#include <inttypes.h>
#include <stdio.h>

static struct {
    uint64_t minors;
    uint64_t majors;
    uint64_t allocated; /* bytes up to the last collection */
    uint64_t pauses;
    int64_t longest;
    int64_t total;
    /* Of the collection that is going on. */
    int64_t last;
    uint64_t slices;
    int64_t longest_slice;
} numbers;

int64_t bk_note_pause(BkPause pause, int64_t began)
{
    int64_t now = clock_monotonic_nanos();
    int64_t length = now - began;
    numbers.pauses++;
    numbers.total += length;
    numbers.longest = length > numbers.longest ? length : numbers.longest;
    numbers.last = length;
    if (pause == BK_SLICE) {
        numbers.slices++;
        numbers.longest_slice = length > numbers.longest_slice ? length : numbers.longest_slice;
    }
    return now;
}

void bk_note_allocated(uint64_t bytes)
{
    numbers.allocated += bytes;
}

static uint64_t held_bytes(void)
{
    uint64_t held = bk_heap.dirty_blocks;
    for (uint64_t index = 1; index < bk_heap.high; index++) {
        held += bk_heap.states[index] >= BK_SMALL;
    }
    return held << BK_BLOCK_SHIFT;
}

static double in_mebibytes(uint64_t bytes)
{
    return (double)bytes / (1 << 20);
}

static double in_milliseconds(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e6;
}

/* What was handed out and what survived are bytes of cells; the heap is what holds memory. */
static void trace_collection(BkPause pause, uint64_t before)
{
    static const char *const kinds[] = {[BK_MINOR] = "minor", [BK_FULL] = "full", [BK_FINAL] = "sliced"};
    bk_output_flush();
    fprintf(stderr, "gc %" PRIu64 " %s: %.1f -> %.1f MiB in %" PRIu64 " cells, heap %.1f MiB, ",
            numbers.minors + numbers.majors, kinds[pause], in_mebibytes(before), in_mebibytes(bk_heap.live_bytes),
            bk_heap.live_objects, in_mebibytes(held_bytes()));
    if (pause == BK_FINAL) {
        fprintf(stderr, "%" PRIu64 " slices up to %.2f ms, ", numbers.slices, in_milliseconds(numbers.longest_slice));
    }
    fprintf(stderr, "%s %.2f ms, longest %.2f ms\n", pause == BK_FINAL ? "stop" : "pause",
            in_milliseconds(numbers.last), in_milliseconds(numbers.longest));
}

void bk_note_collection(BkPause pause, uint64_t before)
{
    if (pause == BK_MINOR) {
        numbers.minors++;
    } else {
        numbers.majors++;
    }
    if (BK_UNLIKELY(bk_heap.trace)) {
        trace_collection(pause, before);
    }
    numbers.slices = 0;
    numbers.longest_slice = 0;
}

int64_t gc_statistic(int64_t which)
{
    bk_sweeping_finish();
    switch (which) {
    case 0:
        return (int64_t)numbers.minors;
    case 1:
        return (int64_t)numbers.majors;
    case 2:
        return (int64_t)bk_heap.live_bytes;
    case 3:
        return (int64_t)held_bytes();
    case 4:
        return (int64_t)(numbers.allocated + bk_heap.since_bytes - bk_unused(false));
    case 5:
        return (int64_t)numbers.pauses;
    case 6:
        return numbers.longest;
    case 7:
        return numbers.total;
    default:
        return -1;
    }
}
