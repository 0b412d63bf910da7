/* Heaps of size, and damaged ones: `test_scale SCENE [NUMBER]`.
 * A scene that ends prints `ok` and, where it measures, the most and the last resident mebibytes. */
#include "generated.h"

#include <time.h>
#include <unistd.h>

#define MEBIBYTE (INT64_C(1) << 20)

static const BeskidSite sites[] = {{"Test.Scale", "test.bd", 1, 1}};
static const BeskidProgram program = {
    BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, sites, 1, NULL, "test_scale",
};

typedef struct Link {
    const BeskidTypeDescriptor *descriptor;
    struct Link *next;
    int64_t value;
    int64_t rest;
} Link;

static const uint64_t link_offsets[] = {8};
static const BeskidTypeDescriptor link_descriptor = {sizeof(Link), 8, 1, 0, link_offsets, "Link", 0};
static const BeskidTypeDescriptor wide_descriptor = {sizeof(Link) + 4096, 8, 1, 0, link_offsets, "Wide", 0};
static const uint64_t first_offset[] = {0};
static const BeskidTypeDescriptor reference_element = {8, 8, 1, 0, first_offset, NULL, 0};
static const BeskidTypeDescriptor large_element = {UINT64_C(1) << 40, 8, 0, 0, NULL, NULL, 0};

static int64_t number;
static int64_t most_resident;

static int64_t resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL);
    long pages = 0;
    CHECK(fscanf(file, "%*s %ld", &pages) == 1);
    fclose(file);
    int64_t mebibytes = pages * sysconf(_SC_PAGESIZE) / MEBIBYTE;
    most_resident = mebibytes > most_resident ? mebibytes : most_resident;
    return mebibytes;
}

/* A list in front of which new links are put; kept in slot 1. */
static void grow_list(void **sp, int64_t length)
{
    for (int64_t index = 0; index < length; index++) {
        at_site(sp, &sites[0], 1);
        Link *link = alloc(sizeof *link, &link_descriptor);
        link->next = sp[1];
        link->value = index;
        sp[1] = link;
    }
}

static int64_t count_list(void **sp)
{
    int64_t length = 0;
    for (const Link *link = sp[1]; link != NULL; link = link->next) {
        length++;
    }
    return length;
}

static int64_t deep(void **sp, void *argument)
{
    (void)argument;
    sp[1] = NULL;
    grow_list(sp, number);
    at_site(sp, &sites[0], 1);
    gc_collect();
    CHECK(gc_object_count() == number && count_list(sp) == number);
    return 0;
}

/* One array that refers to very many cells: marking it must not take memory in proportion. */
static int64_t broad(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    sp[1] = array_new_typed(&reference_element, number);
    at_site(sp, &sites[0], 1);
    for (int64_t index = 0; index < number; index++) {
        void *link = alloc(sizeof(Link), &link_descriptor);
        put(sp, ((void **)(void *)((BeskidArray *)sp[1])->ptr) + index, link);
    }
    int64_t before = resident();
    gc_collect();
    CHECK(gc_object_count() == number + 1);
    CHECK(resident() - before < 16);
    return 0;
}

/* Grows to so many mebibytes and drops them. */
static int64_t drop(void **sp, void *argument)
{
    (void)argument;
    sp[1] = NULL;
    grow_list(sp, number * MEBIBYTE / 2 / (int64_t)sizeof(Link));
    while (gc_bytes_allocated() < number * MEBIBYTE) {
        at_site(sp, &sites[0], 1);
        Link *link = alloc(wide_descriptor.size, &wide_descriptor);
        memset(link + 1, 1, 4096);
        link->next = sp[1];
        sp[1] = link;
    }
    resident();
    sp[1] = NULL;
    at_site(sp, &sites[0], 1);
    gc_collect();
    return 0;
}

/* Allocates for so many milliseconds with 50 MiB alive, a part of which is replaced all the time. */
static int64_t steady(void **sp, void *argument)
{
    (void)argument;
    enum { LISTS = 64 };
    int64_t links = 50 * MEBIBYTE / LISTS / (int64_t)sizeof(Link);
    at_site(sp, &sites[0], 0);
    sp[1] = NULL;
    sp[2] = array_new_typed(&reference_element, LISTS);
    struct timespec begin;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    int64_t round = 0;
    do {
        sp[3] = NULL;
        for (int64_t index = 0; index < links; index++) {
            at_site(sp, &sites[0], 3);
            Link *link = alloc(sizeof *link, &link_descriptor);
            link->next = sp[3];
            sp[3] = link;
            alloc((uint64_t)(16 + index * 37 % 900), NULL);
        }
        put(sp, ((void **)(void *)((BeskidArray *)sp[2])->ptr) + round++ % LISTS, sp[3]);
        resident();
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (round <= 5 * LISTS ||
             now.tv_sec * 1000 + now.tv_nsec / 1000000 < begin.tv_sec * 1000 + begin.tv_nsec / 1000000 + number);
    return 0;
}

static int64_t sum_of_histogram(void)
{
    int64_t sum = 0;
    for (int64_t which = 16; which < 28; which++) {
        CHECK(gc_statistic(which) >= 0);
        sum += gc_statistic(which);
    }
    CHECK(gc_statistic(10) == -1 && gc_statistic(15) == -1 && gc_statistic(28) == -1);
    return sum;
}

/* Sweeps are pauses too, and every pause has its place in the histogram. */
static int64_t pauses(void **sp, void *argument)
{
    (void)argument;
    sp[1] = NULL;
    int64_t seen = 0;
    for (int64_t left = number; left > 0; left -= 64) {
        int64_t before = gc_statistic(5);
        int64_t phase = gc_phase();
        grow_list(sp, 64);
        if (phase == 2 && gc_phase() != 2) {
            CHECK(gc_statistic(5) > before);
            seen++;
        }
    }
    CHECK(seen > 0);
    CHECK(sum_of_histogram() == gc_statistic(5));
    CHECK(gc_statistic(8) > 0 && gc_statistic(8) <= gc_statistic(9));
    CHECK(gc_statistic(6) > 0 && gc_statistic(6) <= gc_statistic(7));
    return 0;
}

static int64_t exhaust(void **sp, void *argument)
{
    (void)argument;
    sp[1] = NULL;
    grow_list(sp, INT64_MAX);
    return 0;
}

static int64_t overflow(void **sp, void *argument)
{
    (void)argument;
    at_site(sp, &sites[0], 0);
    if (number == 0) {
        array_new_typed(&large_element, INT64_C(1) << 40);
    } else if (number == 1) {
        array_new(UINT64_C(1) << 46, UINT64_C(1) << 46);
    } else if (number == 2) {
        BeskidStr text = literal("beskid");
        str_repeat(&text, INT64_MAX);
    } else {
        alloc(UINT64_MAX - 7, NULL);
    }
    return 0;
}

/* ---- damage that the verifier names ---- */

static int64_t damage(void **sp, void *argument)
{
    (void)argument;
    sp[1] = NULL;
    at_site(sp, &sites[0], 1);
    grow_list(sp, 3);
    Link *link = sp[1];
    if (number == 0) {
        link->descriptor = NULL;
    } else if (number == 1) {
        link->next = (Link *)(void *)&link->next->value;
    } else if (number == 2) {
        /* Behind the newest cell, the first of the list, everything is free. */
        link[1].value = 7;
    } else if (number == 3) {
        static const uint64_t outside[] = {40};
        static BeskidTypeDescriptor wrong = {sizeof(Link), 8, 1, 0, outside, "Wrong", 0};
        link->descriptor = &wrong;
    } else if (number == 4) {
        BeskidArray *array = array_new_typed(&reference_element, 2);
        array->len = 3;
        sp[1] = array;
    } else {
        sp[1] = &link->value;
    }
    gc_collect();
    return 0;
}

typedef struct Scene {
    const char *name;
    int64_t (*function)(void **sp, void *argument);
} Scene;

static int64_t call(int64_t (*function)(void **, void *))
{
    void *address;
    memcpy(&address, &function, sizeof address);
    beskid_call(&program, address, NULL, 0);
    return beskid_last_status();
}

int main(int count, char **arguments)
{
    static const Scene scenes[] = {
        {"deep", deep},     {"broad", broad},       {"drop", drop},
        {"steady", steady}, {"overflow", overflow}, {"damage", damage},
    };
    CHECK(count >= 2);
    number = count > 2 ? strtoll(arguments[2], NULL, 10) : 0;
    if (strcmp(arguments[1], "exhaust") == 0) {
        /* Again and again: after the panic the heap serves as before. */
        for (int round = 0; round < 3; round++) {
            CHECK(call(exhaust) == BESKID_STATUS_PANIC);
            number = 1000;
            CHECK(call(deep) == 0);
        }
        puts("ok");
        return 0;
    }
    if (strcmp(arguments[1], "pauses") == 0) {
        CHECK(call(pauses) == 0);
        puts("ok");
        return 0;
    }
    for (unsigned index = 0; index < sizeof scenes / sizeof scenes[0]; index++) {
        if (strcmp(arguments[1], scenes[index].name) == 0) {
            int64_t status = call(scenes[index].function);
            if (status != 0) {
                return (int)status;
            }
            int64_t last = resident();
            printf("ok %ld %ld\n", (long)most_resident, (long)last);
            return 0;
        }
    }
    return 2;
}
