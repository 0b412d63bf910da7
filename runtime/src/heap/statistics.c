/* Counts and times of collections, and the lines of `BESKID_GC_TRACE=1`. */
#include "heap/statistics.h"
#include "heap/blocks.h"
#include "panic/output.h"
#include "platform/platform.h"

#include <inttypes.h>
#include <stdio.h>

BkStatistics bk_statistics;

#define FIRST_BUCKET_NANOSECONDS 16000

BkTimes bk_statistics_now(void)
{
    return (BkTimes){bk_os_clock(true), bk_os_processor_time()};
}

bool bk_statistics_is_late(BkTimes began, int64_t nanoseconds)
{
    return nanoseconds != 0 && bk_os_clock(true) - began.wall >= nanoseconds &&
           bk_os_processor_time() - began.processor >= nanoseconds;
}

static void raise_to(BkTimes *longest, BkTimes length)
{
    longest->wall = length.wall > longest->wall ? length.wall : longest->wall;
    longest->processor = length.processor > longest->processor ? length.processor : longest->processor;
}

static unsigned bucket_of(int64_t nanoseconds)
{
    unsigned bucket = 0;
    for (int64_t limit = FIRST_BUCKET_NANOSECONDS; nanoseconds > limit && bucket < BK_PAUSE_BUCKETS - 1; limit *= 2) {
        bucket++;
    }
    return bucket;
}

int64_t bk_statistics_pause(BkPause pause, BkTimes began)
{
    BkTimes now = bk_statistics_now();
    BkTimes length = {now.wall - began.wall, now.processor - began.processor};
    bk_statistics.pauses++;
    bk_statistics.histogram[bucket_of(length.processor)]++;
    bk_statistics.total.wall += length.wall;
    bk_statistics.total.processor += length.processor;
    raise_to(&bk_statistics.longest, length);
    if (pause != BK_SWEEP) {
        bk_statistics.last = length;
    }
    if (pause == BK_SLICE) {
        bk_statistics.slices++;
        raise_to(&bk_statistics.longest_slice, length);
    }
    return length.processor;
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

/* The sizes before and after are bytes of cells; the heap size is what holds memory; processor time is in brackets. */
static void trace_collection(BkPause pause, uint64_t before)
{
    static const char *const kinds[] = {[BK_MINOR] = "minor", [BK_FULL] = "full", [BK_FINAL] = "sliced"};
    bk_output_flush();
    fprintf(stderr, "gc %" PRIu64 " %s: %.1f -> %.1f MiB in %" PRIu64 " cells, heap %.1f MiB, ",
            bk_statistics.minors + bk_statistics.majors, kinds[pause], in_mebibytes(before),
            in_mebibytes(bk_heap.live_bytes), bk_heap.live_objects, in_mebibytes(bk_statistics_held_bytes()));
    if (pause == BK_FINAL) {
        fprintf(stderr, "%" PRIu64 " slices up to %.2f ms (%.2f), ", bk_statistics.slices,
                in_milliseconds(bk_statistics.longest_slice.wall),
                in_milliseconds(bk_statistics.longest_slice.processor));
    }
    fprintf(stderr, "%s %.2f ms (%.2f), longest %.2f ms (%.2f)\n", pause == BK_FINAL ? "stop" : "pause",
            in_milliseconds(bk_statistics.last.wall), in_milliseconds(bk_statistics.last.processor),
            in_milliseconds(bk_statistics.longest.wall), in_milliseconds(bk_statistics.longest.processor));
}

void bk_statistics_trace_end(void)
{
    if (BK_LIKELY(!bk_heap.trace) || bk_statistics.pauses == 0) {
        return;
    }
    fprintf(stderr, "gc pauses by processor time:");
    int64_t limit = FIRST_BUCKET_NANOSECONDS;
    for (unsigned bucket = 0; bucket < BK_PAUSE_BUCKETS; bucket++, limit *= 2) {
        if (bk_statistics.histogram[bucket] != 0) {
            bool last = bucket == BK_PAUSE_BUCKETS - 1;
            fprintf(stderr, " %s%.3f ms %" PRIu64, last ? ">" : "<=", in_milliseconds(last ? limit / 2 : limit),
                    bk_statistics.histogram[bucket]);
        }
    }
    fprintf(stderr, ", in all %.1f ms (%.1f)\n", in_milliseconds(bk_statistics.total.wall),
            in_milliseconds(bk_statistics.total.processor));
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
    bk_statistics.longest_slice = (BkTimes){0, 0};
}
