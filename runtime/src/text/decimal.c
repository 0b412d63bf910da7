/* Numbers as text: decimal integers, and floating point with the fewest digits that read back as the same number
 * (Schubfach, R. Giulietti). */
#include "text/decimal.h"
#include "text/powers_of_ten.h"

#include <string.h>

#define MIN_PLAIN_EXPONENT (-6)
#define MAX_PLAIN_EXPONENT 20

typedef struct Decimal {
    uint64_t digits;
    int32_t exponent; /* the value is digits * 10^exponent */
} Decimal;

unsigned bk_format_u64(uint64_t value, char *target)
{
    char digits[20];
    unsigned size = 0;
    do {
        digits[size++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (unsigned index = 0; index < size; index++) {
        target[index] = digits[size - 1 - index];
    }
    return size;
}

unsigned bk_format_i64(int64_t value, char *target)
{
    if (value >= 0) {
        return bk_format_u64((uint64_t)value, target);
    }
    target[0] = '-';
    return 1 + bk_format_u64(0 - (uint64_t)value, target + 1);
}

/* value / 2^shift, rounded down for negative numbers too. */
static int32_t floor_shift(int32_t value, unsigned shift)
{
    return value >= 0 ? (int32_t)((uint32_t)value >> shift) : -(int32_t)((uint32_t)(-value - 1) >> shift) - 1;
}

static int32_t floor_log2_power10(int32_t exponent)
{
    return floor_shift(exponent * 1741647, 19);
}

/* The high 64 bits of power * factor; a lost remainder sets the lowest bit. */
static uint64_t round_to_odd(const uint64_t power[2], uint64_t factor)
{
    __extension__ typedef unsigned __int128 Wide;
    Wide low = (Wide)power[1] * factor;
    Wide high = (Wide)power[0] * factor + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/* Of the shortest decimals in the interval that rounds to significand * 2^exponent, the closest. */
static Decimal shortest(uint64_t significand, int32_t exponent, bool lower_is_closer)
{
    bool even = significand % 2 == 0;
    uint64_t below = 4 * significand - 2 + lower_is_closer;
    uint64_t value = 4 * significand;
    uint64_t above = 4 * significand + 2;
    int32_t k = floor_shift(exponent * 1262611 - (lower_is_closer ? 524031 : 0), 22);
    unsigned shift = (unsigned)(exponent + floor_log2_power10(-k) + 1);
    const uint64_t *power = bk_powers_of_ten[-k - BK_MIN_POWER];
    uint64_t lower = round_to_odd(power, below << shift) + !even;
    uint64_t upper = round_to_odd(power, above << shift) - !even;
    uint64_t scaled = round_to_odd(power, value << shift);
    uint64_t whole = scaled / 4;
    if (whole >= 10) {
        uint64_t tens = whole / 10;
        bool down_fits = lower <= 40 * tens;
        bool up_fits = 40 * tens + 40 <= upper;
        if (down_fits != up_fits) {
            return (Decimal){tens + up_fits, k + 1};
        }
    }
    bool down_fits = lower <= 4 * whole;
    bool up_fits = 4 * whole + 4 <= upper;
    if (down_fits != up_fits) {
        return (Decimal){whole + up_fits, k};
    }
    uint64_t middle = 4 * whole + 2;
    bool up = scaled > middle || (scaled == middle && whole % 2 != 0);
    return (Decimal){whole + up, k};
}

static unsigned fill(char *target, char byte, unsigned count)
{
    memset(target, byte, count);
    return count;
}

/* Writes the digits as `1.0` or `0.001`, or with an exponent as `1e21` or `1.5e-7`. */
static unsigned lay_out(Decimal decimal, char *target)
{
    while (decimal.digits % 10 == 0) {
        decimal.digits /= 10;
        decimal.exponent++;
    }
    char digits[20];
    unsigned count = bk_format_u64(decimal.digits, digits);
    int32_t point = (int32_t)count + decimal.exponent; /* digits before the point, when positive */
    unsigned size = 0;
    if (point - 1 < MIN_PLAIN_EXPONENT || point - 1 > MAX_PLAIN_EXPONENT) {
        target[size++] = digits[0];
        if (count > 1) {
            target[size++] = '.';
            memcpy(target + size, digits + 1, count - 1);
            size += count - 1;
        }
        target[size++] = 'e';
        return size + bk_format_i64(point - 1, target + size);
    }
    if (point <= 0) {
        size += fill(target, '0', 1);
        target[size++] = '.';
        size += fill(target + size, '0', (unsigned)-point);
        memcpy(target + size, digits, count);
        return size + count;
    }
    unsigned before = (unsigned)point;
    if (before >= count) {
        memcpy(target, digits, count);
        size = count + fill(target + count, '0', before - count);
        memcpy(target + size, ".0", 2);
        return size + 2;
    }
    memcpy(target, digits, before);
    target[before] = '.';
    memcpy(target + before + 1, digits + before, count - before);
    return count + 1;
}

static unsigned copy(char *target, const char *text)
{
    unsigned size = (unsigned)strlen(text);
    memcpy(target, text, size);
    return size;
}

/* For a binary format of `fraction_bits` stored bits and an exponent field of `exponent_bits` bits. */
static unsigned format(uint64_t bits, unsigned fraction_bits, unsigned exponent_bits, char *target)
{
    uint64_t fraction = bits & ((UINT64_C(1) << fraction_bits) - 1);
    int32_t field = (int32_t)(bits >> fraction_bits & ((UINT64_C(1) << exponent_bits) - 1));
    int32_t max_field = (1 << exponent_bits) - 1;
    int32_t bias = max_field / 2 + (int32_t)fraction_bits;
    bool negative = (bits >> (fraction_bits + exponent_bits)) != 0;
    if (field == max_field && fraction != 0) {
        return copy(target, "NaN");
    }
    unsigned size = 0;
    if (negative) {
        target[size++] = '-';
    }
    if (field == max_field) {
        return size + copy(target + size, "inf");
    }
    if (field == 0 && fraction == 0) {
        return size + copy(target + size, "0.0");
    }
    if (field == 0) {
        return size + lay_out(shortest(fraction, 1 - bias, false), target + size);
    }
    uint64_t significand = fraction | UINT64_C(1) << fraction_bits;
    return size + lay_out(shortest(significand, field - bias, fraction == 0 && field > 1), target + size);
}

unsigned bk_format_f64(double value, char *target)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return format(bits, 52, 11, target);
}

unsigned bk_format_f32(float value, char *target)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return format(bits, 23, 8, target);
}
