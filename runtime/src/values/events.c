/* Events: the slot in an object refers to an array of handlers whose length is the number of subscriptions.
 * Hosts and other compilers call these functions; programs compiled by beskid manage their events themselves
 * (beskid.lower.bodies.events). */
#include "panic/panic.h"
#include "values/arrays.h"

#include <string.h>

#define MAX_HANDLERS (UINT64_C(1) << 31)

static void **handlers(const BeskidArray *state)
{
    return (void **)(void *)state->ptr;
}

int64_t event_subscribe(void **slot, void *handler, uint64_t capacity)
{
    if (slot == NULL) {
        bk_panic("null event slot");
    }
    if (handler == NULL) {
        bk_panic("null event handler");
    }
    if (capacity == 0 || capacity > MAX_HANDLERS) {
        bk_panic("event capacity must be positive");
    }
    BeskidArray *state = *slot;
    if (state == NULL) {
        bk_push_root(handler);
        state = array_new_typed(&bk_reference_element, (int64_t)capacity);
        bk_pop_roots(1);
        state->len = 0;
        bk_dirty_cards(slot, sizeof *slot);
        *slot = state;
    }
    if (state->len == state->cap) {
        bk_panic("event capacity exceeded");
    }
    bk_dirty_cards(handlers(state) + state->len, sizeof handler);
    handlers(state)[state->len++] = handler;
    return (int64_t)state->len;
}

int64_t event_unsubscribe_first(void **slot, void *handler)
{
    if (slot == NULL || *slot == NULL || handler == NULL) {
        return 0;
    }
    BeskidArray *state = *slot;
    void **items = handlers(state);
    for (uint64_t index = 0; index < state->len; index++) {
        if (closure_eq(items[index], handler) != 0) {
            state->len--;
            bk_dirty_cards(items + index, (state->len - index) * sizeof *items);
            memmove(items + index, items + index + 1, (state->len - index) * sizeof *items);
            items[state->len] = NULL;
            return 1;
        }
    }
    return 0;
}

int64_t event_len(void *state)
{
    return state == NULL ? 0 : (int64_t)((const BeskidArray *)state)->len;
}

void *event_get_handler(void *state, uint64_t index)
{
    const BeskidArray *array = state;
    return array == NULL || index >= array->len ? NULL : handlers(array)[index];
}
