/* Making strings. */
#ifndef BESKID_STRINGS_H
#define BESKID_STRINGS_H

#include "common.h"

extern const BeskidStr bk_empty_string;

/* A fresh string with room for `length` bytes, which the caller fills at once; for 0 the empty string. */
BeskidStr *bk_string_make(uint64_t length);
/* A fresh string with a copy; the bytes must be UTF-8. */
BeskidStr *bk_string_copy(const void *bytes, uint64_t length);
/* The same, but panics when the bytes are not UTF-8. */
BeskidStr *bk_string_checked_copy(const uint8_t *bytes, uint64_t length);
/* A fresh string with a copy in which U+FFFD replaces invalid bytes. */
BeskidStr *bk_string_lossy(const void *bytes, uint64_t length);

static inline uint8_t *bk_string_writable(const BeskidStr *string)
{
    return (uint8_t *)(uintptr_t)string->ptr;
}

#endif
