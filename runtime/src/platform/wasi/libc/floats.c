/* Floating-point numbers from text, rounded correctly: directly when number and power of ten are exact, otherwise by
 * exact digits. */
#include "platform/wasi/libc/digits.h"
#include "platform/wasi/libc/extended.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_EXACT_POWER 22
#define MAX_EXACT_DIGITS 15
#define EXPONENT_BIAS 1023
#define FRACTION_BITS 52
#define MIN_EXPONENT (-1022)
#define MAX_EXPONENT 1023
/* The largest numbers have 309 digits before the point, the least ones 323 zeros after it. */
#define MAX_POINT 310
#define MIN_POINT (-330)

static const double exact_powers[MAX_EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static void add_digit(BkDigits *number, char letter)
{
    if (number->count == 0 && letter == '0') {
        /* A zero before the first digit counts for the point alone. */
        return;
    }
    if (number->count < BK_MAX_DIGITS) {
        number->digits[number->count++] = (uint8_t)(letter - '0');
    } else if (letter != '0') {
        number->truncated = true;
    }
}

/* The exponent after a number, which a letter begins; the text stays where it is without one. */
static const char *read_exponent(const char *text, char letter, int *exponent)
{
    *exponent = 0;
    if ((*text | 0x20) != letter) {
        return text;
    }
    const char *at = text + 1;
    bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    if (!is_digit(*at)) {
        return text;
    }
    for (; is_digit(*at); at++) {
        if (*exponent < 100000) {
            *exponent = *exponent * 10 + (*at - '0');
        }
    }
    *exponent = negative ? -*exponent : *exponent;
    return at;
}

/* Digits with a point and an exponent. Returns the end, or null when there is no digit. */
static const char *read_digits(const char *text, BkDigits *number)
{
    const char *at = text;
    bool any = false;
    int64_t point = 0;
    for (; is_digit(*at); at++) {
        any = true;
        point += number->count > 0 || *at != '0';
        add_digit(number, *at);
    }
    if (*at == '.') {
        for (at++; is_digit(*at); at++) {
            any = true;
            point -= number->count == 0 && *at == '0';
            add_digit(number, *at);
        }
    }
    if (!any) {
        return NULL;
    }
    int exponent;
    at = read_exponent(at, 'e', &exponent);
    point += exponent;
    /* Beyond these limits the result is infinity or zero. */
    number->point = (int)(point > 100000 ? 100000 : point < -100000 ? -100000 : point);
    while (number->count > 0 && number->digits[number->count - 1] == 0) {
        number->count--;
    }
    return at;
}

static double from_parts(uint64_t fraction, int exponent)
{
    uint64_t bits = (uint64_t)(exponent + EXPONENT_BIAS) << FRACTION_BITS;
    bits |= fraction & ((UINT64_C(1) << FRACTION_BITS) - 1);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Whole and power of ten are exact, so one operation rounds once. */
static bool convert_exact(const BkDigits *number, double *value)
{
    int power = number->point - number->count;
    if (number->count > MAX_EXACT_DIGITS || power > MAX_EXACT_POWER || power < -MAX_EXACT_POWER) {
        return false;
    }
    uint64_t whole = 0;
    for (int index = 0; index < number->count; index++) {
        whole = whole * 10 + number->digits[index];
    }
    *value = power < 0 ? (double)whole / exact_powers[-power] : (double)whole * exact_powers[power];
    return true;
}

static double too_large(void)
{
    errno = ERANGE;
    return (double)INFINITY;
}

static double convert(BkDigits *number)
{
    double value;
    if (number->count == 0) {
        return 0;
    }
    if (number->point > MAX_POINT) {
        return too_large();
    }
    if (number->point < MIN_POINT) {
        errno = ERANGE;
        return 0;
    }
    if (convert_exact(number, &value)) {
        return value;
    }
    /* Brought between one and two. */
    int exponent = 0;
    while (number->point > 1 || (number->point == 1 && number->digits[0] >= 2)) {
        /* Eight is less than ten, so the quotient is at least one. */
        int count = number->point > 1 ? 3 * (number->point - 1) : 1;
        bk_digits_shift(number, -count);
        exponent += count;
    }
    while (number->point < 1) {
        int count = number->point < 0 ? 3 * -number->point : 1;
        bk_digits_shift(number, count);
        exponent -= count;
    }
    /* Numbers below the normal ones have fewer bits. */
    if (exponent < MIN_EXPONENT) {
        bk_digits_shift(number, exponent - MIN_EXPONENT);
        exponent = MIN_EXPONENT;
    }
    bk_digits_shift(number, FRACTION_BITS);
    uint64_t fraction = bk_digits_round(number);
    if (fraction >> (FRACTION_BITS + 1) != 0) {
        fraction >>= 1;
        exponent++;
    }
    if (exponent > MAX_EXPONENT) {
        return too_large();
    }
    bool is_normal = fraction >> FRACTION_BITS != 0;
    if (!is_normal) {
        errno = ERANGE;
    }
    return from_parts(fraction, is_normal ? exponent : exponent - 1);
}

static unsigned hexadecimal_digit(char letter)
{
    if (is_digit(letter)) {
        return (unsigned)(letter - '0');
    }
    char lower = (char)(letter | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a') + 10 : 16;
}

/* Sixteen-based digits that follow `0x`, with a binary exponent. Returns the end, or null when there is no digit. */
static const char *read_hexadecimal(const char *text, double *value)
{
    uint64_t bits = 0;
    int64_t scale = 0;
    bool any = false;
    bool after_point = false;
    const char *at = text;
    for (;; at++) {
        unsigned digit = hexadecimal_digit(*at);
        if (digit < 16 && bits >> 60 == 0) {
            bits = bits << 4 | digit;
            scale -= after_point ? 4 : 0;
        } else if (digit < 16) {
            /* Lost digits leave a trace in the last bit, which rounding does not reach otherwise. */
            bits |= digit != 0;
            scale += after_point ? 0 : 4;
        } else if (*at == '.' && !after_point) {
            after_point = true;
            continue;
        } else {
            break;
        }
        any = true;
    }
    if (!any) {
        return NULL;
    }
    int exponent;
    at = read_exponent(at, 'p', &exponent);
    scale += exponent;
    uint64_t low = bits & 0x7FF;
    BkExtended number = bk_extended_of_sum((double)(bits - low), (double)low);
    *value = bk_extended_round(number, (int)(scale > 100000 ? 100000 : scale < -100000 ? -100000 : scale));
    if (bits != 0 && (*value == 0 || isinf(*value))) {
        errno = ERANGE;
    }
    return at;
}

/* A word in any case; returns its size, or 0. */
static unsigned matches(const char *text, const char *word)
{
    unsigned size = 0;
    for (; word[size] != '\0'; size++) {
        if ((text[size] | 0x20) != word[size]) {
            return 0;
        }
    }
    return size;
}

double strtod(const char *restrict text, char **restrict end)
{
    const char *at = text;
    while (*at == ' ' || (*at >= '\t' && *at <= '\r')) {
        at++;
    }
    bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    BkDigits number;
    number.count = 0;
    number.point = 0;
    number.truncated = false;
    double value = 0;
    const char *after = at[0] == '0' && (at[1] | 0x20) == 'x' ? read_hexadecimal(at + 2, &value) : NULL;
    bool is_decimal = after == NULL && (after = read_digits(at, &number)) != NULL;
    unsigned word;
    if (is_decimal) {
        value = convert(&number);
    } else if (after == NULL && ((word = matches(at, "infinity")) != 0 || (word = matches(at, "inf")) != 0)) {
        value = (double)INFINITY;
        after = at + word;
    } else if (after == NULL && (word = matches(at, "nan")) != 0) {
        value = (double)NAN;
        after = at + word;
    }
    if (end != NULL) {
        *end = (char *)(after == NULL ? text : after);
    }
    return negative && after != NULL ? -value : value;
}

double atof(const char *text)
{
    return strtod(text, NULL);
}
