/* Interop dispatch by the tag of an envelope, and the fixed bytes that tests of foreign calls write.
 * Calls are emitted for the source builtins `__interop_…` and `__test_bytes_…` (beskid.codegen). */
#include "internal.h"

static const BeskidInteropEnvelope *checked(const void *envelope)
{
    if (envelope == NULL) {
        bk_panic("null interop handle");
    }
    return envelope;
}

void interop_dispatch_unit(void *envelope)
{
    checked(envelope);
    bk_panic("invalid interop tag for unit dispatch");
}

void *interop_dispatch_ptr(void *envelope)
{
    checked(envelope);
    bk_panic("invalid interop tag for ptr dispatch");
}

int64_t interop_dispatch_usize(void *envelope)
{
    const BeskidInteropEnvelope *value = checked(envelope);
    if (value->tag != BESKID_INTEROP_TAG_STRING_LENGTH) {
        bk_panic("invalid interop tag for usize dispatch");
    }
    return str_len(value->payload);
}

static const char test_bytes[] = "Hello from libc.write\n";

int64_t test_bytes_ptr(void)
{
    return (int64_t)(uintptr_t)test_bytes;
}

int64_t test_bytes_len(void)
{
    return (int64_t)sizeof test_bytes - 1;
}
