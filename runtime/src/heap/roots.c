/* Roots outside the shadow stack: handles that keep objects alive, and registered addresses of references.
 * Calls are emitted for the source builtins `__gc_…` (beskid.codegen) and made by embedding hosts. */
#include "heap/roots.h"
#include "panic/panic.h"

#include <stdlib.h>

/* A handle is an index from 1; a free entry holds the next free index, tagged with bit 0. */
static uint64_t *handles;
static uint64_t handle_count;
static uint64_t handle_capacity;
static uint64_t free_handle;
static uint64_t live_handles;

static void ***slots;
static uint64_t slot_count;
static uint64_t slot_capacity;

static void *grown(void *memory, uint64_t *capacity, uint64_t size)
{
    uint64_t wanted = *capacity == 0 ? 64 : *capacity * 2;
    void *result = realloc(memory, wanted * size);
    if (result == NULL) {
        bk_panic("out of memory");
    }
    *capacity = wanted;
    return result;
}

int64_t gc_root_handle(void *object)
{
    uint64_t handle = free_handle;
    if (handle != 0) {
        free_handle = handles[handle - 1] >> 1;
    } else {
        if (handle_count == handle_capacity) {
            handles = grown(handles, &handle_capacity, sizeof *handles);
        }
        handle = ++handle_count;
    }
    handles[handle - 1] = (uint64_t)(uintptr_t)object;
    live_handles++;
    return (int64_t)handle;
}

void gc_unroot_handle(int64_t handle)
{
    uint64_t index = (uint64_t)handle - 1;
    if (index >= handle_count || (handles[index] & 1) != 0) {
        return;
    }
    handles[index] = free_handle << 1 | 1;
    free_handle = (uint64_t)handle;
    live_handles--;
}

void gc_register_root(void **slot)
{
    if (slot == NULL) {
        return;
    }
    if (slot_count == slot_capacity) {
        slots = grown(slots, &slot_capacity, sizeof *slots);
    }
    slots[slot_count++] = slot;
}

void gc_unregister_root(void **slot)
{
    uint64_t kept = 0;
    for (uint64_t index = 0; index < slot_count; index++) {
        if (slots[index] != slot) {
            slots[kept++] = slots[index];
        }
    }
    slot_count = kept;
}

int64_t gc_external_root_count(void)
{
    return (int64_t)(slot_count + live_handles);
}

void bk_roots_visit(void (*visit)(uint64_t word))
{
    for (uint64_t index = 0; index < handle_count; index++) {
        if ((handles[index] & 1) == 0) {
            visit(handles[index]);
        }
    }
    for (uint64_t index = 0; index < slot_count; index++) {
        visit((uint64_t)(uintptr_t)*slots[index]);
    }
}
