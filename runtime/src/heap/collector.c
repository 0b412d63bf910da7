/* The collector's policy: when to collect, which cells, and how much at a time.
 *
 * A minor collection marks from roots and dirty cards into the marks in use, so what it finds unmarked is young. A full
 * one marks everything into the other set of marks, in one stop or, when that would take long, in slices between
 * allocations; while it does, dirty cards tell which marked cells to look into again. */
#include "heap/collector.h"
#include "context/context.h"
#include "heap/blocks.h"
#include "heap/foreign.h"
#include "heap/marking.h"
#include "heap/statistics.h"
#include "heap/sweeping.h"
#include "heap/verify.h"
#include "panic/panic.h"

#define MEBIBYTE (UINT64_C(1) << 20)
#define MIN_GROWTH (4 * MEBIBYTE)
#define MIN_MINOR_BUDGET (2 * MEBIBYTE)
#define MAX_MINOR_BUDGET (32 * MEBIBYTE)
/* How far the heap grows before the pace is looked at again. */
#define PACE_INTERVAL (4 * MEBIBYTE)
/* A step is a cell or an element looked into, 10 to 30 ns. So many are done in one stop. */
#define MAX_STEPS_IN_ONE_STOP (UINT64_C(3) << 19)
#define MIN_SLICE 4096
#define MAX_SLICE 32768
/* Rounds of cleaning cards before the final stop, and the length of one after which another gains nothing. */
#define MAX_ROUNDS 8
#define SHORT_ROUND 4096
#define MAX_MINORS_WAIT 16
#define BLOCKS_SWEPT_AT_ONCE 256
/* Blocks given back to the system in one step: unmapping them takes the system time. */
#define MAX_BLOCKS_RETURNED_IN_STEP 128
#define MILLISECOND 1000000
#define MAX_STRESS_SLICES 24

/* Live bytes after the last full collection, and by how much the heap may grow until the next one is over. */
static uint64_t base;
static uint64_t growth;
/* Steps that marking what is old may cost. */
static uint64_t old_work;
static uint64_t minor_budget = MIN_MINOR_BUDGET;
/* Young cells survive: there is no minor collection before so many full ones, and the next time before more. */
static unsigned minors_wait;
static unsigned minors_wait_next = 1;

/* A full collection in slices. */
static struct {
    uint64_t before;    /* bytes handed out and live when it began */
    uint64_t began_at;  /* allocated_since_gc then */
    uint64_t paid_at;   /* allocated_since_gc for which steps are accounted */
    uint64_t owed;      /* steps to do */
    uint64_t rate;      /* steps for a KiB handed out */
    uint64_t steps;     /* done so far */
    uint64_t rounds;    /* of cleaning cards */
    uint64_t round;     /* steps in the current one */
    uint64_t next_card; /* block whose cards are to be cleaned next, 0 before the first round */
    uint64_t slices;
} cycle;

uint64_t bk_collector_bytes(void)
{
    return bk_heap.live_bytes + bk_heap.allocated_since_gc;
}

static uint64_t expected_work(void)
{
    return old_work + bk_heap.work_since_gc;
}

/* At which size of the heap a full collection begins; one in slices takes a while. */
static uint64_t full_at(void)
{
    return base + (expected_work() > MAX_STEPS_IN_ONE_STOP ? growth / 4 * 3 : growth);
}

static void set_due(void)
{
    if (bk_heap.percent == BK_PERCENT_OFF || bk_heap.disabled) {
        bk_heap.due = UINT64_MAX;
        return;
    }
    if (bk_heap.phase != BK_IDLE) {
        bk_heap.due = 0;
        return;
    }
    uint64_t full = full_at();
    uint64_t due = full > bk_heap.live_bytes ? full - bk_heap.live_bytes : 0;
    uint64_t soon = minors_wait != 0 ? bk_heap.allocated_since_gc + PACE_INTERVAL : minor_budget;
    bk_heap.due = due < soon ? due : soon;
}

static void set_growth(void)
{
    base = bk_heap.live_bytes;
    growth = (base > MIN_GROWTH ? base : MIN_GROWTH) / 100 * bk_heap.percent;
}

void bk_collector_initialize(void)
{
    if (BK_LIKELY(bk_heap.base != NULL)) {
        return;
    }
    BkSettings settings = bk_settings_read();
    if (!bk_context_initialize() || !bk_blocks_initialize(&settings)) {
        bk_panic_fatal("out of memory");
    }
    bk_marking_check_with(settings.verify ? bk_verify_header : NULL);
    set_growth();
    set_due();
}

/* Free blocks that keep their memory: what the program may fill before the next full collection is over. */
static uint64_t kept_blocks(void)
{
    uint64_t bytes = bk_heap.live_bytes > MIN_GROWTH ? bk_heap.live_bytes : MIN_GROWTH;
    return bk_heap.percent == BK_PERCENT_OFF ? bk_heap.limit : (bytes / 100 * bk_heap.percent) >> BK_BLOCK_SHIFT;
}

/* Sweeps so many blocks, and when all are swept releases surplus memory. Returns whether both are done. */
static bool sweep(uint64_t blocks)
{
    if (!bk_sweeping_step(blocks)) {
        return false;
    }
    uint64_t max_returned = blocks == UINT64_MAX ? blocks : MAX_BLOCKS_RETURNED_IN_STEP;
    return bk_heap.stress || bk_blocks_return_surplus(kept_blocks(), max_returned);
}

/* Nothing was handed out since. */
static void restart_counters(void)
{
    bk_statistics.allocated += bk_heap.allocated_since_gc - bk_cursors_unused(false);
    bk_cursors_close();
    bk_heap.allocated_since_gc = 0;
    bk_heap.objects_since_gc = 0;
    bk_heap.work_since_gc = 0;
}

static void verify_before(void)
{
    if (BK_UNLIKELY(bk_heap.verify)) {
        bk_verify_cursors();
    }
}

static void verify_marks(void)
{
    if (BK_UNLIKELY(bk_heap.verify)) {
        bk_verify_marks();
    }
}

static void verify_after(void)
{
    if (BK_UNLIKELY(bk_heap.verify)) {
        bk_verify_books();
    }
}

static void clean_all_cards(void)
{
    for (uint64_t number = 1; number < bk_heap.high; number++) {
        bk_marking_cards(number);
    }
}

/* ---- minor collections ---- */

/* `pause` is in nanoseconds of processor time. */
static void adapt_minors(uint64_t young, uint64_t survived, int64_t pause)
{
    minors_wait_next = survived > young / 4 * 3 ? minors_wait_next * 2 : 1;
    if (minors_wait_next > 1) {
        minors_wait_next = minors_wait_next < MAX_MINORS_WAIT ? minors_wait_next : MAX_MINORS_WAIT;
        minors_wait = minors_wait_next / 2;
    } else if (survived > young / 3 && pause < 5 * MILLISECOND) {
        minor_budget *= 2;
    } else if (survived < young / 8 || pause > 10 * MILLISECOND) {
        minor_budget /= 2;
    }
    /* Every collection looks at all roots and cards, so what is between two must be worth it. */
    uint64_t roots = (uint64_t)(bk_context->top - bk_shadow_slots()) * sizeof(void *);
    uint64_t least = bk_heap.live_bytes / 64 + roots * 8;
    least = least < MIN_MINOR_BUDGET ? MIN_MINOR_BUDGET : least;
    minor_budget = minor_budget < least ? least : minor_budget > MAX_MINOR_BUDGET ? MAX_MINOR_BUDGET : minor_budget;
}

static void collect_young(void)
{
    BkTimes began = bk_statistics_now();
    uint64_t before = bk_collector_bytes();
    uint64_t old = bk_heap.live_bytes;
    uint64_t young = bk_heap.allocated_since_gc;
    verify_before();
    restart_counters();
    bk_marking_roots();
    clean_all_cards();
    old_work += bk_marking_run(UINT64_MAX);
    bk_marking_end();
    verify_marks();
    bk_foreign_after_marking();
    bk_sweeping_young();
    bk_heap.young = 0;
    bk_heap.epoch++;
    verify_after();
    int64_t pause = bk_statistics_pause(BK_MINOR, began);
    adapt_minors(young, bk_heap.live_bytes - old, pause);
    bk_statistics_collection(BK_MINOR, before);
}

/* ---- full collections ---- */

static void begin_marking(void)
{
    verify_before();
    bk_heap.phase = BK_MARKING;
    bk_marking_begin();
    bk_marking_roots();
}

static void end_marking(uint64_t steps)
{
    bk_marking_end();
    bk_marking_flip();
    restart_counters();
    bk_heap.young = 0;
    bk_heap.epoch++;
    old_work = steps;
    verify_marks();
    bk_foreign_after_marking();
    bk_sweeping_begin();
}

/* Everything is swept. */
static void end_sweeping(void)
{
    bk_heap.phase = BK_IDLE;
    set_growth();
    minors_wait -= minors_wait != 0;
    verify_after();
}

static void finish_cycle(void)
{
    end_sweeping();
    bk_statistics_collection(BK_FINAL, cycle.before);
}

uint64_t bk_collector_run(void)
{
    bk_collector_initialize();
    if (BK_UNLIKELY(bk_heap.disabled)) {
        return bk_heap.live_bytes;
    }
    BkTimes began = bk_statistics_now();
    if (bk_heap.phase == BK_SWEEPING) {
        sweep(UINT64_MAX);
        finish_cycle();
    }
    uint64_t before = bk_collector_bytes();
    begin_marking();
    end_marking(bk_marking_run(UINT64_MAX));
    sweep(UINT64_MAX);
    end_sweeping();
    bk_statistics_pause(BK_FULL, began);
    bk_statistics_collection(BK_FULL, before);
    set_due();
    return bk_heap.live_bytes;
}

static void begin_cycle(void)
{
    BkTimes began = bk_statistics_now();
    uint64_t kibibytes = growth / 8 >> 10;
    cycle.before = bk_collector_bytes();
    cycle.began_at = cycle.paid_at = bk_heap.allocated_since_gc;
    cycle.owed = cycle.steps = cycle.rounds = cycle.round = cycle.next_card = cycle.slices = 0;
    cycle.rate = expected_work() / (kibibytes == 0 ? 1 : kibibytes) + 1;
    begin_marking();
    bk_statistics_pause(BK_SLICE, began);
}

/* Marks, and when nothing is grey looks at roots and dirty cards again, as many steps as asked for; whether a stop
 * would now be short. What is young and reachable is found by the rounds, not in the stop. */
static bool advance(uint64_t max_steps)
{
    uint64_t done = 0;
    bool ready = false;
    while (done < max_steps && !ready) {
        done += bk_marking_run(max_steps - done);
        if (!bk_marking_is_done()) {
            break;
        }
        if (cycle.next_card != 0 && cycle.next_card < bk_heap.high) {
            done += 1 + bk_marking_cards(cycle.next_card++);
        } else if (cycle.rounds == MAX_ROUNDS || (cycle.rounds > 0 && cycle.round + done < SHORT_ROUND)) {
            ready = true;
        } else {
            cycle.steps += done + cycle.round;
            max_steps = done < max_steps ? max_steps - done : 0; /* marking an array overshoots */
            done = cycle.round = 0;
            cycle.rounds++;
            cycle.next_card = 1;
            bk_marking_roots();
        }
    }
    cycle.round += done;
    return ready;
}

static void finish_marking(void)
{
    BkTimes began = bk_statistics_now();
    verify_before();
    bk_marking_roots();
    clean_all_cards();
    uint64_t steps = bk_marking_run(UINT64_MAX);
    end_marking(cycle.steps + cycle.round + steps);
    bk_statistics_pause(BK_FINAL, began);
}

static void mark_slice(void)
{
    uint64_t late = bk_heap.allocated_since_gc - cycle.began_at > growth / 8 ? 2 : 1;
    cycle.owed += ((bk_heap.allocated_since_gc - cycle.paid_at) * cycle.rate >> 10) * late;
    cycle.paid_at = bk_heap.allocated_since_gc;
    if (cycle.owed < MIN_SLICE) {
        return;
    }
    BkTimes began = bk_statistics_now();
    uint64_t steps = cycle.owed < MAX_SLICE ? cycle.owed : MAX_SLICE;
    cycle.owed -= steps;
    bool ready = advance(steps);
    bk_statistics_pause(BK_SLICE, began);
    if (ready) {
        finish_marking();
    }
}

static void sweep_slice(void)
{
    BkTimes began = bk_statistics_now();
    bool done = sweep(BLOCKS_SWEPT_AT_ONCE);
    bk_statistics_pause(BK_SWEEP, began);
    if (done) {
        finish_cycle();
    }
}

/* ---- stress ---- */

/* Some collection at every allocation, of all kinds and with slices and sweeps as small as can be. */
static void stress(void)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t chance = state >> 33;
    switch (bk_heap.phase) {
    case BK_MARKING:
        if (advance(1 + chance % 64) || ++cycle.slices > MAX_STRESS_SLICES) {
            finish_marking();
        }
        break;
    case BK_SWEEPING:
        if (sweep(1 + chance % 4)) {
            finish_cycle();
        }
        break;
    case BK_IDLE:
        if (chance % 8 < 4) {
            collect_young();
        } else if (chance % 8 < 7) {
            bk_collector_run();
        } else {
            begin_cycle();
        }
        break;
    }
}

/* ---- when ---- */

void bk_collector_step(uint64_t bytes)
{
    bk_collector_initialize();
    if (BK_UNLIKELY(bk_heap.disabled)) {
        return;
    }
    if (BK_UNLIKELY(bk_heap.stress)) {
        stress();
        return;
    }
    switch (bk_heap.phase) {
    case BK_MARKING:
        mark_slice();
        break;
    case BK_SWEEPING:
        sweep_slice();
        break;
    case BK_IDLE:
        if (bk_collector_bytes() + bytes >= full_at()) {
            if (expected_work() > MAX_STEPS_IN_ONE_STOP) {
                begin_cycle();
            } else {
                bk_collector_run();
            }
        } else if (bk_heap.work_since_gc > MAX_STEPS_IN_ONE_STOP / 2) {
            minors_wait = 1;
        } else if (minors_wait == 0 && bk_heap.allocated_since_gc >= minor_budget) {
            collect_young();
        }
        break;
    }
    set_due();
}

void bk_collector_disable(void)
{
    bk_collector_initialize();
    bk_heap.disabled = true;
    set_due();
}

void bk_collector_enable(void)
{
    bk_heap.disabled = false;
    set_due();
}
