/* The collector's policy: when to collect, which cells, and how much at a time.
 *
 * A minor collection marks from roots and dirty cards into the marks in use, so what it finds unmarked is young. A full
 * one marks everything into the other set of marks. Both are done in one stop or, when that would take long, in slices
 * between allocations. While they are, generated code marks every reference that it stores. */
#include "heap/collector.h"
#include "context/context.h"
#include "heap/blocks.h"
#include "heap/foreign.h"
#include "heap/marking.h"
#include "heap/profiled.h"
#include "heap/statistics.h"
#include "heap/sweeping.h"
#include "heap/verify.h"
#include "panic/panic.h"

#include <string.h>

#define MEBIBYTE (UINT64_C(1) << 20)
#define MIN_GROWTH (4 * MEBIBYTE)
#define MIN_MINOR_BUDGET (2 * MEBIBYTE)
#define MAX_MINOR_BUDGET (32 * MEBIBYTE)
/* How far the heap grows before the pace is looked at again. */
#define PACE_INTERVAL (4 * MEBIBYTE)
/* A step is a cell or an element looked into, 10 to 120 ns. So many are done in one stop. */
#define MAX_STEPS_IN_ONE_STOP (UINT64_C(1) << 16)
#define MIN_SLICE 8192
#define MAX_SLICE 16384
/* A slice of marking ends after so much processor time, looked at so many times if the slice is of full length. */
#define MAX_SLICE_NANOSECONDS 700000
#define CLOCKS_IN_SLICE 16
#define MIN_FULL_SLICE 2048
/* A collection in slices is called for each run of cells, which is 16 KiB; a quarter is for runs that are smaller. */
#define BYTES_BETWEEN_SLICES (UINT64_C(20) << 10)
/* Rounds before the final stop, and the length of one after which another gains nothing. */
#define MAX_ROUNDS 64
#define SHORT_ROUND 4096
/* Of cards; 16 blocks. */
#define GROUPS_CLEANED_IN_STEP 256
/* Clearing 64 KiB of cards takes as long as so many steps, or longer where the system maps them. */
#define BLOCKS_CLEARED_IN_STEP 512
#define STEPS_OF_CLEARING 1024
#define MAX_MINORS_WAIT 16
/* A minor collection is due after so many bytes for each root, at the earliest. */
#define BYTES_FOR_A_ROOT 64
/* Above so many steps a minor collection, which has to look at what was stored into old arrays, is not worth it. */
#define MAX_STEPS_FOR_A_YOUNG_CELL 8
#define BLOCKS_SWEPT_AT_ONCE 256
/* Blocks given back to the system in one step: unmapping them takes the system time. */
#define MAX_BLOCKS_RETURNED_IN_STEP 16
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
/* Steps that a slice has time for, as far as slices were that long. */
static uint64_t max_slice = MAX_SLICE;

/* The collection that is going on. */
static struct {
    bool minor;
    bool interrupted;   /* the program ran since it began */
    BkPause kind;       /* of a full one that is swept */
    uint64_t before;    /* bytes handed out and live when it began */
    uint64_t began_at;  /* allocated_since_gc then */
    uint64_t paid_at;   /* allocated_since_gc for which steps are accounted */
    uint64_t owed;      /* steps to do */
    uint64_t rate;      /* steps for a KiB handed out */
    uint64_t steps;     /* done before the current round */
    uint64_t rounds;    /* of looking at roots and cards again */
    uint64_t round;     /* steps in the current one */
    uint64_t roots;     /* of these, for the roots */
    uint64_t next_card; /* group of cards to be cleaned next, up to end_card */
    uint64_t end_card;
    uint64_t next_clear; /* block whose cards are to be cleared next, up to clear_end */
    uint64_t clear_end;
    uint64_t slices; /* under stress */
} cycle;

static uint64_t fewer(uint64_t left, uint64_t right)
{
    return left < right ? left : right;
}

uint64_t bk_collector_bytes(void)
{
    return bk_heap.live_bytes + bk_heap.allocated_since_gc;
}

/* Steps of a full collection. A heap of large arrays of numbers has few cells and many cards to clear. */
static uint64_t expected_work(void)
{
    return old_work + bk_heap.work_since_gc + bk_heap.high * STEPS_OF_CLEARING / BLOCKS_CLEARED_IN_STEP;
}

/* How much may be handed out while a full collection is done in slices: an eighth of the growth, or as much as it takes
 * to reach so many slices of the greatest length. */
static uint64_t lead(void)
{
    uint64_t least = growth / 8;
    uint64_t wanted = expected_work() / max_slice * BYTES_BETWEEN_SLICES;
    return wanted < least ? least : wanted < growth / 2 ? wanted : growth / 2;
}

/* At which size of the heap a full collection begins; one in slices takes a while. */
static uint64_t full_at(void)
{
    return base + growth - (expected_work() > MAX_STEPS_IN_ONE_STOP ? lead() : 0);
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
    growth = bk_profiled_growth(base, growth);
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
    bool at_once = blocks == UINT64_MAX;
    while (!bk_marking_shrink()) {
        if (!at_once) {
            return false;
        }
    }
    uint64_t max_returned = at_once ? UINT64_MAX : MAX_BLOCKS_RETURNED_IN_STEP;
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

/* ---- cycles: a collection, in one stop or in slices ---- */

static void begin_marking(bool minor)
{
    verify_before();
    bk_heap.phase = BK_MARKING;
    bk_set_marking(true);
    if (minor) {
        bk_marking_begin_young();
    } else {
        bk_marking_begin();
    }
    bk_marking_roots();
}

static uint64_t all_groups(void)
{
    return bk_heap.high * BK_GROUPS_IN_BLOCK;
}

static void begin_cycle(bool minor)
{
    memset(&cycle, 0, sizeof cycle);
    cycle.minor = minor;
    cycle.before = bk_collector_bytes();
    cycle.began_at = cycle.paid_at = bk_heap.allocated_since_gc;
    cycle.rate = expected_work() / ((lead() >> 10) + 1) + 1;
    /* A minor collection looks at the stores since the last one; a full one forgets them. */
    cycle.next_card = 0;
    cycle.end_card = minor ? all_groups() : 0;
    cycle.next_clear = 0;
    cycle.clear_end = minor ? 0 : bk_heap.high;
    begin_marking(minor);
}

static uint64_t clean_some_cards(uint64_t max_steps)
{
    uint64_t left = cycle.end_card - cycle.next_card;
    uint64_t count = left < GROUPS_CLEANED_IN_STEP ? left : GROUPS_CLEANED_IN_STEP;
    return bk_marking_cards(&cycle.next_card, cycle.next_card + count, max_steps);
}

/* Before anything is traced, so that no store is missed. */
static uint64_t clear_some_cards(void)
{
    uint64_t left = cycle.clear_end - cycle.next_clear;
    uint64_t count = left < BLOCKS_CLEARED_IN_STEP ? left : BLOCKS_CLEARED_IN_STEP;
    bk_marking_clear_cards(cycle.next_clear, count);
    cycle.next_clear += count;
    return STEPS_OF_CLEARING;
}

/* A step takes 10 ns where caches serve, and 500 where every reference leads to another page. */
static void adapt_slices(uint64_t done, uint64_t max_steps)
{
    if (done < max_steps) {
        max_slice = done > MIN_FULL_SLICE ? fewer(done, max_slice) : MIN_FULL_SLICE;
    } else if (max_slice < MAX_SLICE) {
        max_slice += max_slice / 8;
    }
}

/* Does a piece of the marking, of about so many steps at most, and returns the steps; 0 when the final stop would be
 * short. When nothing is grey, a round looks at roots and cards again, so what is young and reachable is found here and
 * not in the stop. Stores of generated code mark what they store; cards tell of the stores of the runtime and of code
 * of older levels. */
static uint64_t mark_some(uint64_t max_steps)
{
    if (cycle.next_clear < cycle.clear_end) {
        return clear_some_cards();
    }
    if (!bk_marking_is_done()) {
        return bk_marking_run(max_steps);
    }
    if (cycle.next_card < cycle.end_card) {
        return clean_some_cards(max_steps);
    }
    /* The final stop looks at all roots, too, so another round does not save what they take. */
    bool is_short = cycle.round - cycle.roots < SHORT_ROUND;
    if (!cycle.interrupted || cycle.rounds == MAX_ROUNDS || (cycle.rounds > 0 && is_short)) {
        return 0;
    }
    cycle.steps += cycle.round;
    cycle.round = 0;
    cycle.rounds++;
    cycle.next_card = 0;
    cycle.end_card = all_groups();
    cycle.roots = bk_marking_roots();
    return cycle.roots;
}

/* Marks for so many steps, and not much longer than so many nanoseconds, unless they are 0, after `began`. Returns
 * whether the final stop would be short. */
static bool advance(uint64_t max_steps, BkTimes began, int64_t nanoseconds)
{
    uint64_t done = 0;
    while (done < max_steps && !bk_statistics_is_late(began, nanoseconds)) {
        uint64_t limit = nanoseconds != 0 ? max_slice / CLOCKS_IN_SLICE : UINT64_MAX;
        uint64_t piece = mark_some(fewer(max_steps - done, limit));
        if (piece == 0) {
            return true;
        }
        done += piece;
        cycle.round += piece;
    }
    cycle.owed -= fewer(done, cycle.owed);
    cycle.interrupted = true;
    adapt_slices(done, max_steps);
    return false;
}

static void clean_all_cards(void)
{
    uint64_t group = 0;
    bk_marking_cards(&group, all_groups(), UINT64_MAX);
}

/* Marks what is left. What happened since the cycle was interrupted is in the roots, the cards or grey. */
static uint64_t mark_rest(void)
{
    verify_before();
    while (cycle.next_clear < cycle.clear_end) {
        clear_some_cards();
    }
    if (cycle.interrupted) {
        bk_marking_roots();
        clean_all_cards();
    }
    uint64_t steps = cycle.steps + cycle.round + bk_marking_run(UINT64_MAX);
    bk_set_marking(false);
    return steps;
}

/* ---- minor collections ---- */

static void adapt_minors(uint64_t young, uint64_t survived, uint64_t steps, uint64_t objects)
{
    bool useless = survived > young / 4 * 3 || steps > objects * MAX_STEPS_FOR_A_YOUNG_CELL;
    minors_wait_next = useless ? minors_wait_next * 2 : 1;
    if (minors_wait_next > 1) {
        minors_wait_next = minors_wait_next < MAX_MINORS_WAIT ? minors_wait_next : MAX_MINORS_WAIT;
        minors_wait = minors_wait_next / 2;
    } else if (survived > young / 3) {
        minor_budget *= 2;
    } else if (survived < young / 8) {
        minor_budget /= 2;
    }
    /* Every collection looks at all roots and cards, so what is between two must be worth it. */
    uint64_t roots = (uint64_t)(bk_context->top - bk_shadow_slots() + gc_external_root_count());
    uint64_t least = bk_heap.live_bytes / 64 + roots * BYTES_FOR_A_ROOT;
    least = least < MIN_MINOR_BUDGET ? MIN_MINOR_BUDGET : least;
    minor_budget = minor_budget < least ? least : minor_budget > MAX_MINOR_BUDGET ? MAX_MINOR_BUDGET : minor_budget;
}

static void finish_minor(BkTimes began)
{
    uint64_t old = bk_heap.live_bytes;
    uint64_t young = bk_heap.allocated_since_gc;
    uint64_t objects = bk_heap.objects_since_gc;
    uint64_t steps = mark_rest();
    old_work += steps;
    restart_counters();
    bk_heap.phase = BK_IDLE;
    verify_marks();
    bk_foreign_after_marking();
    bk_sweeping_young();
    bk_heap.young = 0;
    bk_heap.epoch++;
    verify_after();
    bk_statistics_pause(BK_MINOR, began);
    adapt_minors(young, bk_heap.live_bytes - old, steps, objects);
    bk_statistics_collection(BK_MINOR, cycle.before);
}

/* ---- full collections ---- */

/* What is left is to sweep. */
static void finish_full(BkTimes began, BkPause kind)
{
    cycle.kind = kind;
    old_work = mark_rest();
    bk_marking_flip();
    restart_counters();
    bk_heap.young = 0;
    bk_heap.epoch++;
    verify_marks();
    bk_profiled_collected();
    bk_foreign_after_marking();
    bk_sweeping_begin();
    bk_statistics_pause(kind, began);
}

/* Everything is swept. */
static void finish_sweeping(void)
{
    bk_heap.phase = BK_IDLE;
    set_growth();
    minors_wait -= minors_wait != 0;
    verify_after();
    bk_statistics_collection(cycle.kind, cycle.before);
}

static void sweep_slice(uint64_t blocks)
{
    BkTimes began = bk_statistics_now();
    bool done = sweep(blocks);
    bk_statistics_pause(BK_SWEEP, began);
    if (done) {
        finish_sweeping();
    }
}

static void finish_marking(BkTimes began)
{
    if (cycle.minor) {
        finish_minor(began);
    } else {
        finish_full(began, cycle.interrupted ? BK_FINAL : BK_FULL);
    }
}

uint64_t bk_collector_run(void)
{
    bk_collector_initialize();
    if (BK_UNLIKELY(bk_heap.disabled)) {
        return bk_heap.live_bytes;
    }
    if (bk_heap.phase == BK_SWEEPING) {
        sweep_slice(UINT64_MAX);
    }
    BkTimes began = bk_statistics_now();
    if (bk_heap.phase == BK_MARKING) {
        bk_marking_abandon();
    }
    begin_cycle(false);
    finish_full(began, BK_FULL);
    sweep_slice(UINT64_MAX);
    set_due();
    return bk_heap.live_bytes;
}

/* Begins a cycle, and finishes marking when that takes no more than a slice. */
static void start(bool minor, uint64_t max_steps)
{
    BkTimes began = bk_statistics_now();
    begin_cycle(minor);
    if (advance(max_steps, began, max_steps == UINT64_MAX ? 0 : MAX_SLICE_NANOSECONDS)) {
        finish_marking(began);
    } else {
        bk_statistics_pause(BK_SLICE, began);
    }
}

/* The steps that are due, 0 for too few to begin with. */
static uint64_t steps_due(void)
{
    if (cycle.minor) {
        return MAX_SLICE;
    }
    uint64_t late = bk_heap.allocated_since_gc - cycle.began_at > lead() ? 2 : 1;
    cycle.owed += ((bk_heap.allocated_since_gc - cycle.paid_at) * cycle.rate >> 10) * late;
    cycle.paid_at = bk_heap.allocated_since_gc;
    return cycle.owed < fewer(MIN_SLICE, max_slice) ? 0 : fewer(cycle.owed, MAX_SLICE);
}

static void mark_slice(uint64_t steps)
{
    if (steps == 0) {
        return;
    }
    BkTimes began = bk_statistics_now();
    bool ready = advance(steps, began, MAX_SLICE_NANOSECONDS);
    bk_statistics_pause(BK_SLICE, began);
    if (ready) {
        finish_marking(bk_statistics_now());
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
        if (advance(1 + chance % 64, bk_statistics_now(), 0) || ++cycle.slices > MAX_STRESS_SLICES) {
            finish_marking(bk_statistics_now());
        }
        break;
    case BK_SWEEPING:
        sweep_slice(1 + chance % 4);
        break;
    case BK_IDLE:
        if (chance % 8 < 3) {
            start(true, UINT64_MAX);
        } else if (chance % 8 < 5) {
            bk_collector_run();
        } else {
            start(chance % 8 == 5, 1 + chance / 8 % 16);
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
        mark_slice(steps_due());
        break;
    case BK_SWEEPING:
        sweep_slice(BLOCKS_SWEPT_AT_ONCE);
        break;
    case BK_IDLE:
        if (bk_collector_bytes() + bytes >= full_at()) {
            start(false, expected_work() > MAX_STEPS_IN_ONE_STOP ? MIN_SLICE : UINT64_MAX);
        } else if (minors_wait == 0 && bk_heap.allocated_since_gc >= minor_budget) {
            start(true, MAX_SLICE);
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
