/* The GDB JIT interface: tells a debugger about code that has no file.
 *
 * A library of its own, which the engine opens only when a debugger was asked for. gdb sets a breakpoint in
 * `__jit_debug_register_code` and reads `__jit_debug_descriptor` each time it is called; both names, the layouts and
 * the version are fixed by gdb. It must not call the runtime. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { JIT_NO_ACTION = 0, JIT_REGISTER = 1 };

struct jit_code_entry {
    struct jit_code_entry *next;
    struct jit_code_entry *previous;
    const char *image;
    uint64_t size;
};

struct jit_descriptor {
    uint32_t version;
    uint32_t action;
    struct jit_code_entry *relevant;
    struct jit_code_entry *first;
};

#define VISIBLE __attribute__((visibility("default")))

VISIBLE struct jit_descriptor __jit_debug_descriptor = {1, JIT_NO_ACTION, NULL, NULL};

VISIBLE __attribute__((noinline)) void __jit_debug_register_code(void)
{
    /* The compiler must keep the function and every call of it. */
    __asm__ volatile("" ::: "memory");
}

VISIBLE int32_t beskid_gdb_register(const void *image, uint64_t size)
{
    struct jit_code_entry *entry = malloc(sizeof *entry + size);
    if (entry == NULL) {
        return 0;
    }
    char *copy = (char *)(entry + 1);
    memcpy(copy, image, size);
    *entry = (struct jit_code_entry){__jit_debug_descriptor.first, NULL, copy, size};
    if (entry->next != NULL) {
        entry->next->previous = entry;
    }
    __jit_debug_descriptor.first = entry;
    __jit_debug_descriptor.relevant = entry;
    __jit_debug_descriptor.action = JIT_REGISTER;
    __jit_debug_register_code();
    __jit_debug_descriptor.action = JIT_NO_ACTION;
    return 1;
}
