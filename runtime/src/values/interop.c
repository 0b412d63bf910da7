/* Interop dispatch: the handlers of the tags of runtime/abi.toml, and the bytes that tests of foreign calls write.
 * Calls are emitted for `__interop` (beskid.lower.bodies.interop) and for the source builtins `__test_bytes_…`. */
#include "panic/panic.h"
#include "values/strings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- handlers: each is named and typed by its row; payloads are borrowed, except the memory to release ---- */

static int64_t string_length(const BeskidStr *text)
{
    return str_len(text);
}

static void release_memory(void *address)
{
    free(address);
}

static BeskidStr *text_at(void *address)
{
    return address == NULL ? bk_string_make(0) : bk_string_lossy(address, strlen(address));
}

static int64_t text_length(void *address)
{
    return address == NULL ? 0 : (int64_t)strlen(address);
}

/* ---- dispatch ---- */

static const BeskidInteropEnvelope *checked(const void *envelope)
{
    if (envelope == NULL) {
        bk_panic("null interop handle");
    }
    return envelope;
}

static _Noreturn void refuse(const char *group, int32_t tag)
{
    char text[64];
    int size = snprintf(text, sizeof text, "invalid interop tag for %s dispatch: %" PRId32, group, tag);
    bk_panic_bytes((const uint8_t *)text, (uint64_t)size);
}

void interop_dispatch_unit(void *envelope)
{
    const BeskidInteropEnvelope *value = checked(envelope);
    switch (value->tag) {
#define ROW(tag, handler, payload_type) \
    case tag: \
        handler((payload_type)value->payload); \
        return;
        BESKID_INTEROP_UNIT_TAGS(ROW)
#undef ROW
    default:
        refuse("unit", value->tag);
    }
}

#define ROW(tag, handler, payload_type) \
    case tag: \
        return handler((payload_type)value->payload);

void *interop_dispatch_ptr(void *envelope)
{
    const BeskidInteropEnvelope *value = checked(envelope);
    switch (value->tag) {
        BESKID_INTEROP_PTR_TAGS(ROW)
    default:
        refuse("ptr", value->tag);
    }
}

int64_t interop_dispatch_usize(void *envelope)
{
    const BeskidInteropEnvelope *value = checked(envelope);
    switch (value->tag) {
        BESKID_INTEROP_USIZE_TAGS(ROW)
    default:
        refuse("usize", value->tag);
    }
}

#undef ROW

static const char test_bytes[] = "Hello from libc.write\n";

int64_t test_bytes_ptr(void)
{
    return (int64_t)(uintptr_t)test_bytes;
}

int64_t test_bytes_len(void)
{
    return (int64_t)sizeof test_bytes - 1;
}
