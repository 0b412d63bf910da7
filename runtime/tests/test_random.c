/* A random mutator: cells of many sizes and kinds hang on a table of slots and are checked again and again.
 * `test_random SEED STEPS`; run plain, sanitized and in stress mode. */
#include "generated.h"

#define SLOTS 48

static const BeskidSite sites[] = {{"Test.Random", "test.bd", 1, 1}};
static const BeskidProgram program = {
    BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, sites, 1, NULL, "test_random",
};

/* word 0 descriptor, +8 and +24 references, +16 the number everything in the cell is derived from. */
typedef struct Thing {
    const BeskidTypeDescriptor *descriptor;
    struct Thing *first;
    uint64_t seed;
    void *data; /* an array of numbers, a string or a slice; tells itself by `form` */
    uint64_t form;
} Thing;

static const uint64_t thing_offsets[] = {8, 24};
static const BeskidTypeDescriptor thing_descriptor = {sizeof(Thing), 8, 2, 0, thing_offsets, "Thing", 0};
static const BeskidTypeDescriptor number_element = {8, 8, 0, 0, NULL, NULL, 0};
static const uint64_t zero_offset[] = {0};
static const BeskidTypeDescriptor reference_element = {8, 8, 1, 0, zero_offset, NULL, 0};

static uint64_t state;

static uint64_t random_below(uint64_t bound)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % bound;
}

static void make_numbers(void **sp, Thing *thing)
{
    uint64_t length = thing->seed % 7 == 0 ? thing->seed % 20000 : thing->seed % 60;
    BeskidArray *array = array_new_typed(&number_element, (int64_t)length);
    for (uint64_t index = 0; index < length; index++) {
        CHECK(((uint64_t *)(void *)array->ptr)[index] == 0);
        ((uint64_t *)(void *)array->ptr)[index] = thing->seed + index;
    }
    put(sp, &thing->data, array);
}

static void make_text(void **sp, Thing *thing)
{
    char digit[] = {(char)('a' + thing->seed % 26), '\0'};
    BeskidStr text = literal(digit);
    put(sp, &thing->data, str_repeat(&text, (int64_t)(1 + thing->seed % 500)));
    if (thing->seed % 2 == 0) {
        const BeskidStr *whole = thing->data;
        put(sp, &thing->data, str_slice(whole, (int64_t)(whole->len / 3), (int64_t)(whole->len / 2)));
    }
}

static void check(const Thing *thing)
{
    CHECK(thing->descriptor == &thing_descriptor);
    if (thing->form == 0) {
        const BeskidArray *array = thing->data;
        for (uint64_t index = 0; index < array->len; index++) {
            CHECK(((const uint64_t *)(const void *)array->ptr)[index] == thing->seed + index);
        }
    } else if (thing->form == 1) {
        const BeskidStr *text = thing->data;
        for (uint64_t index = 0; index < text->len; index++) {
            CHECK(text->ptr[index] == 'a' + thing->seed % 26);
        }
    } else {
        const BeskidArray *array = thing->data;
        for (uint64_t index = 0; index < array->len; index++) {
            const Thing *other = ((Thing **)(void *)array->ptr)[index];
            CHECK(other == NULL || other->descriptor == &thing_descriptor);
        }
    }
}

static void make_table(void **sp, Thing *thing)
{
    BeskidArray *array = array_new_typed(&reference_element, (int64_t)(thing->seed % 40));
    put(sp, &thing->data, array);
    for (uint64_t index = 0; index < array->len; index++) {
        ((void **)(void *)array->ptr)[index] = sp[1 + random_below(SLOTS)];
    }
}

static int64_t mutate(void **sp, void *argument)
{
    memset(sp + 1, 0, SLOTS * sizeof *sp);
    at_site(sp, &sites[0], SLOTS);
    for (int64_t step = 0; step < (int64_t)(intptr_t)argument; step++) {
        uint64_t place = 1 + random_below(SLOTS);
        Thing *thing = alloc(sizeof *thing, &thing_descriptor);
        thing->first = random_below(3) == 0 ? NULL : sp[1 + random_below(SLOTS)];
        thing->seed = random_below(UINT64_C(1) << 40);
        sp[place] = thing;
        switch (random_below(4)) {
        case 0:
            make_numbers(sp, thing);
            thing->form = 0;
            break;
        case 1:
            thing->form = 2;
            make_table(sp, thing);
            break;
        default:
            thing->form = 1;
            make_text(sp, thing);
            break;
        }
        if (random_below(4) == 0) {
            sp[1 + random_below(SLOTS)] = NULL;
        }
        const Thing *walked = sp[1 + random_below(SLOTS)];
        for (unsigned depth = 0; walked != NULL && depth < 20; depth++, walked = walked->first) {
            check(walked);
        }
        /* Through chains and tables everything would stay alive. */
        if (step % 512 == 511) {
            memset(sp + 1, 0, SLOTS * sizeof *sp);
        }
    }
    CHECK(gc_bytes_allocated() >= 0 && gc_object_count() >= 0);
    return 0;
}

int main(int count, char **arguments)
{
    CHECK(count == 3);
    state = strtoull(arguments[1], NULL, 10) * 2654435761u + 1;
    int64_t (*function)(void **, void *) = mutate;
    void *address;
    memcpy(&address, &function, sizeof address);
    beskid_call(&program, address, (void *)(intptr_t)strtoll(arguments[2], NULL, 10), 0);
    CHECK(beskid_last_status() == 0);
    puts("ok");
    return 0;
}
