/* UTF-8: validation and encoding of plain bytes. */
#ifndef BESKID_UTF8_H
#define BESKID_UTF8_H

#include "common.h"

/* The length of the longest valid prefix. `incomplete` tells whether the rest is the beginning of a character. */
uint64_t bk_utf8_valid_prefix(const uint8_t *bytes, uint64_t length, bool *incomplete);
bool bk_utf8_is_valid(const uint8_t *bytes, uint64_t length);
/* Writes a scalar value and returns its width. */
unsigned bk_utf8_encode(uint32_t scalar, uint8_t *target);

/* The width of the character that a valid lead byte begins. */
static inline unsigned bk_utf8_width(uint8_t lead)
{
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static inline bool bk_utf8_is_continuation(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

#endif
