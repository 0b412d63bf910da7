/* A small program in the shape of generated code, written by hand: shadow slots, call sites, stored tops.
 * The test programs of this folder include it. */
#ifndef BESKID_TESTS_GENERATED_H
#define BESKID_TESTS_GENERATED_H

#include "../include/beskid_abi.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
            exit(99); \
        } \
    } while (0)

static inline BeskidContext *context_of(void **sp)
{
    return (BeskidContext *)((uintptr_t)sp & ~(uintptr_t)(BESKID_SHADOW_REGION_SIZE - 1));
}

/* What generated code does before a runtime call: place, live prefix, top. */
static inline void at_site(void **sp, const BeskidSite *site, unsigned live)
{
    sp[0] = (void *)(uintptr_t)site;
    context_of(sp)->top = sp + 1 + live;
}

/* Code of levels below 9 sets cards also while the collector marks. */
static inline bool is_code_of_older_level(void)
{
    static int answer = -1;
    if (answer < 0) {
        const char *setting = getenv("BESKID_TEST_OLDER_STORES");
        answer = setting != NULL && strcmp(setting, "1") == 0;
    }
    return answer != 0;
}

/* What generated code does with a store of a reference into a cell that is not fresh. */
static inline void put(void **sp, void *place, const void *reference)
{
    const BeskidContext *context = context_of(sp);
    if (context->reserved != 0 && !is_code_of_older_level()) {
        gc_write_barrier(NULL, (void *)(uintptr_t)reference);
        memcpy(place, &reference, sizeof reference);
        return;
    }
    uint64_t offset = (uint64_t)((uintptr_t)place - (uintptr_t)context->heap_base);
    context->cards[(offset < context->heap_size ? offset : context->heap_size) >> BESKID_CARD_SHIFT] = 1;
    memcpy(place, &reference, sizeof reference);
}

static inline bool text_is(const BeskidStr *text, const char *expected)
{
    return text->len == strlen(expected) && memcmp(text->ptr, expected, text->len) == 0;
}

static inline BeskidStr literal(const char *text)
{
    BeskidStr string = {(const uint8_t *)text, strlen(text)};
    return string;
}

#endif
