/* Unpacking of the texts of rows, which are deflated (RFC 1951). */
#ifndef BESKID_INFLATE_H
#define BESKID_INFLATE_H

#include "common.h"

#ifndef BESKID_HIDDEN

/* Unpacks into `text` and returns the length; 0 for damaged bytes and for a text of more than `capacity` bytes. */
uint64_t bk_inflate(const uint8_t *packed, uint64_t size, uint8_t *text, uint64_t capacity);

#endif

#endif
