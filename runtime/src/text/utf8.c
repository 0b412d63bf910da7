/* UTF-8: validation and encoding. Generated code does not call it. */
#include "text/utf8.h"

#include <string.h>

/* The smallest scalar value of each width; anything below is an overlong form. */
static const uint32_t minimum[5] = {0, 0, 0x80, 0x800, 0x10000};

/* The width of the character at the start, 0 when it is invalid. Sets `incomplete` when it is valid so far but cut
 * off. */
static unsigned character_width(const uint8_t *bytes, uint64_t length, bool *incomplete)
{
    uint8_t lead = bytes[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return 0;
    }
    unsigned width = bk_utf8_width(lead);
    uint32_t scalar = lead & (0x7Fu >> width);
    for (unsigned index = 1; index < width; index++) {
        if (index >= length) {
            *incomplete = true;
            return 0;
        }
        if (!bk_utf8_is_continuation(bytes[index])) {
            return 0;
        }
        /* The second byte already reveals overlong forms, surrogates and values above the last scalar value. */
        if (index == 1 && ((lead == 0xE0 && bytes[1] < 0xA0) || (lead == 0xED && bytes[1] > 0x9F) ||
                           (lead == 0xF0 && bytes[1] < 0x90) || (lead == 0xF4 && bytes[1] > 0x8F))) {
            return 0;
        }
        scalar = scalar << 6 | (bytes[index] & 0x3Fu);
    }
    return scalar >= minimum[width] ? width : 0;
}

uint64_t bk_utf8_valid_prefix(const uint8_t *bytes, uint64_t length, bool *incomplete)
{
    uint64_t index = 0;
    *incomplete = false;
    while (index < length) {
        uint64_t word;
        if (length - index >= sizeof word) {
            memcpy(&word, bytes + index, sizeof word);
            if ((word & UINT64_C(0x8080808080808080)) == 0) {
                index += sizeof word;
                continue;
            }
        }
        unsigned width = character_width(bytes + index, length - index, incomplete);
        if (width == 0) {
            return index;
        }
        index += width;
    }
    return index;
}

bool bk_utf8_is_valid(const uint8_t *bytes, uint64_t length)
{
    bool incomplete;
    return bk_utf8_valid_prefix(bytes, length, &incomplete) == length;
}

unsigned bk_utf8_encode(uint32_t scalar, uint8_t *target)
{
    if (scalar < 0x80) {
        target[0] = (uint8_t)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        target[0] = (uint8_t)(0xC0 | scalar >> 6);
        target[1] = (uint8_t)(0x80 | (scalar & 0x3F));
        return 2;
    }
    if (scalar < 0x10000) {
        target[0] = (uint8_t)(0xE0 | scalar >> 12);
        target[1] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
        target[2] = (uint8_t)(0x80 | (scalar & 0x3F));
        return 3;
    }
    target[0] = (uint8_t)(0xF0 | scalar >> 18);
    target[1] = (uint8_t)(0x80 | (scalar >> 12 & 0x3F));
    target[2] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
    target[3] = (uint8_t)(0x80 | (scalar & 0x3F));
    return 4;
}
