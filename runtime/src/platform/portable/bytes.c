/* Searching bytes where the C library cannot: the two-way algorithm (Crochemore, Perrin 1991), in linear time and
 * constant space. */
#include "platform/platform.h"

#include <string.h>

/* Position and period of the largest suffix, in the order of bytes or in the reverse order. */
static uint64_t largest_suffix(const uint8_t *needle, uint64_t size, bool reverse, uint64_t *period)
{
    uint64_t start = 0;
    uint64_t candidate = 1;
    uint64_t offset = 0;
    *period = 1;
    while (candidate + offset < size) {
        uint8_t left = needle[candidate + offset];
        uint8_t right = needle[start + offset];
        if (left == right) {
            offset++;
            if (offset == *period) {
                candidate += offset;
                offset = 0;
            }
        } else if ((left < right) != reverse) {
            candidate += offset + 1;
            offset = 0;
            *period = candidate - start;
        } else {
            start = candidate;
            candidate = start + 1;
            offset = 0;
            *period = 1;
        }
    }
    return start;
}

/* Where to split the needle: the later of both largest suffixes, with its period. */
static uint64_t split(const uint8_t *needle, uint64_t size, uint64_t *period)
{
    uint64_t other_period;
    uint64_t start = largest_suffix(needle, size, false, period);
    uint64_t other = largest_suffix(needle, size, true, &other_period);
    if (other <= start) {
        return start;
    }
    *period = other_period;
    return other;
}

static const uint8_t *two_way(const uint8_t *bytes, uint64_t size, const uint8_t *needle, uint64_t needle_size)
{
    uint64_t period;
    uint64_t middle = split(needle, needle_size, &period);
    bool periodic = middle + period <= needle_size && memcmp(needle, needle + period, middle) == 0;
    if (!periodic) {
        uint64_t rest = needle_size - middle;
        period = (middle > rest ? middle : rest) + 1;
    }
    uint64_t known = 0; /* bytes of the needle that are known to match, for a periodic one */
    uint64_t at = 0;
    while (at + needle_size <= size) {
        uint64_t right = middle > known ? middle : known;
        while (right < needle_size && needle[right] == bytes[at + right]) {
            right++;
        }
        if (right < needle_size) {
            at += right - middle + 1;
            known = 0;
            continue;
        }
        uint64_t left = middle;
        while (left > known && needle[left - 1] == bytes[at + left - 1]) {
            left--;
        }
        if (left <= known) {
            return bytes + at;
        }
        at += period;
        known = periodic ? needle_size - period : 0;
    }
    return NULL;
}

const uint8_t *bk_os_find(const uint8_t *bytes, uint64_t size, const uint8_t *needle, uint64_t needle_size)
{
    if (needle_size == 0) {
        return bytes;
    }
    if (needle_size > size) {
        return NULL;
    }
    /* The first byte may be rare. */
    const uint8_t *first = memchr(bytes, needle[0], size - needle_size + 1);
    if (first == NULL || needle_size == 1) {
        return first;
    }
    return two_way(first, size - (uint64_t)(first - bytes), needle, needle_size);
}
