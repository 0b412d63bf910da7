/* Numbers from text, with a status that distinguishes malformed text from numbers out of range.
 * The core library calls it (source builtins). */
#include "common.h"
#include "panic/panic.h"
#include "platform/platform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VALID, MALFORMED, OUT_OF_RANGE };

static int64_t status;

int64_t str_parse_status(void)
{
    return status;
}

static int64_t refuse(int64_t reason)
{
    status = reason;
    return 0;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

int64_t str_parse_i64(const BeskidStr *text)
{
    uint64_t index = 0;
    bool negative = text->len > 0 && text->ptr[0] == '-';
    if (text->len > 0 && (negative || text->ptr[0] == '+')) {
        index = 1;
    }
    if (index == text->len) {
        return refuse(MALFORMED);
    }
    /* Negative, because the negative range is one larger. */
    int64_t value = 0;
    bool overflow = false;
    for (; index < text->len; index++) {
        if (!is_digit(text->ptr[index])) {
            return refuse(MALFORMED);
        }
        overflow |= __builtin_mul_overflow(value, 10, &value);
        overflow |= __builtin_sub_overflow(value, text->ptr[index] - '0', &value);
    }
    overflow |= !negative && value == INT64_MIN;
    if (overflow) {
        return refuse(OUT_OF_RANGE);
    }
    status = VALID;
    return negative ? value : -value;
}

static uint64_t skip_digits(const uint8_t *bytes, uint64_t length, uint64_t index)
{
    while (index < length && is_digit(bytes[index])) {
        index++;
    }
    return index;
}

static uint64_t skip_sign(const uint8_t *bytes, uint64_t length, uint64_t index)
{
    return index < length && (bytes[index] == '-' || bytes[index] == '+') ? index + 1 : index;
}

/* Digits with an optional point among or around them, then an optional exponent. */
static bool is_decimal(const uint8_t *bytes, uint64_t length)
{
    uint64_t start = skip_sign(bytes, length, 0);
    uint64_t index = skip_digits(bytes, length, start);
    uint64_t digits = index - start;
    if (index < length && bytes[index] == '.') {
        uint64_t end = skip_digits(bytes, length, index + 1);
        digits += end - index - 1;
        index = end;
    }
    if (digits == 0) {
        return false;
    }
    if (index < length && (bytes[index] == 'e' || bytes[index] == 'E')) {
        start = skip_sign(bytes, length, index + 1);
        index = skip_digits(bytes, length, start);
        if (index == start) {
            return false;
        }
    }
    return index == length;
}

static bool equals(const BeskidStr *text, const char *other)
{
    return text->len == strlen(other) && memcmp(text->ptr, other, text->len) == 0;
}

double str_parse_f64(const BeskidStr *text)
{
    status = VALID;
    if (equals(text, "NaN")) {
        return (double)NAN;
    }
    if (equals(text, "inf")) {
        return (double)INFINITY;
    }
    if (equals(text, "-inf")) {
        return -(double)INFINITY;
    }
    if (!is_decimal(text->ptr, text->len)) {
        status = MALFORMED;
        return 0;
    }
    char fixed[128];
    char *terminated = text->len < sizeof fixed ? fixed : malloc(text->len + 1);
    if (terminated == NULL) {
        bk_panic_fatal("out of memory");
    }
    memcpy(terminated, text->ptr, text->len);
    terminated[text->len] = '\0';
    /* A foreign function may have changed the direction, in which the C library would round the number. */
    BkRounding before = bk_os_round_to_nearest();
    double value = strtod(terminated, NULL);
    bk_os_restore_rounding(before);
    if (terminated != fixed) {
        free(terminated);
    }
    if (isinf(value)) {
        status = OUT_OF_RANGE;
    }
    return value;
}
