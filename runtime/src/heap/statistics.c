/* Counts and times of collections, and the lines of `BESKID_GC_TRACE=1`. */
#include "heap/statistics.h"
#include "heap/blocks.h"
#include "panic/output.h"
#include "platform/platform.h"

#include <inttypes.h>
#include <stdio.h>

BkStatistics bk_statistics;

int64_t bk_statistics_pause(BkPause pause, int64_t began)
{
    int64_t now = bk_os_clock(true);
    int64_t length = now - began;
    bk_statistics.pauses++;
    bk_statistics.total += length;
    bk_statistics.longest = length > bk_statistics.longest ? length : bk_statistics.longest;
    bk_statistics.last = length;
    if (pause == BK_SLICE) {
        bk_statistics.slices++;
        bk_statistics.longest_slice = length > bk_statistics.longest_slice ? length : bk_statistics.longest_slice;
    }
    return now;
}

uint64_t bk_statistics_held_bytes(void)
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

/* The sizes before and after are bytes of cells; the heap size is what holds memory. */
static void trace_collection(BkPause pause, uint64_t before)
{
    static const char *const kinds[] = {[BK_MINOR] = "minor", [BK_FULL] = "full", [BK_FINAL] = "sliced"};
    bk_output_flush();
    fprintf(stderr, "gc %" PRIu64 " %s: %.1f -> %.1f MiB in %" PRIu64 " cells, heap %.1f MiB, ",
            bk_statistics.minors + bk_statistics.majors, kinds[pause], in_mebibytes(before),
            in_mebibytes(bk_heap.live_bytes), bk_heap.live_objects, in_mebibytes(bk_statistics_held_bytes()));
    if (pause == BK_FINAL) {
        fprintf(stderr, "%" PRIu64 " slices up to %.2f ms, ", bk_statistics.slices,
                in_milliseconds(bk_statistics.longest_slice));
    }
    fprintf(stderr, "%s %.2f ms, longest %.2f ms\n", pause == BK_FINAL ? "stop" : "pause",
            in_milliseconds(bk_statistics.last), in_milliseconds(bk_statistics.longest));
}

void bk_statistics_collection(BkPause pause, uint64_t before)
{
    if (pause == BK_MINOR) {
        bk_statistics.minors++;
    } else {
        bk_statistics.majors++;
    }
    if (BK_UNLIKELY(bk_heap.trace)) {
        trace_collection(pause, before);
    }
    bk_statistics.slices = 0;
    bk_statistics.longest_slice = 0;
}
