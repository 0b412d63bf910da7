/* Whole numbers: absolute values, and numbers from text. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

int abs(int number)
{
    return number < 0 ? (int)(0U - (unsigned)number) : number;
}

long long llabs(long long number)
{
    return number < 0 ? (long long)(0ULL - (unsigned long long)number) : number;
}

long labs(long number)
{
    return llabs(number);
}

/* Larger than every base. */
#define NO_DIGIT 99U

static unsigned digit_of(char letter)
{
    if (letter >= '0' && letter <= '9') {
        return (unsigned)(letter - '0');
    }
    if (letter >= 'a' && letter <= 'z') {
        return (unsigned)(letter - 'a') + 10;
    }
    return letter >= 'A' && letter <= 'Z' ? (unsigned)(letter - 'A') + 10 : NO_DIGIT;
}

static bool is_space(char letter)
{
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

/* Sign, prefix and digits. The magnitude is that of the text, or the largest one when it does not fit. */
static uint64_t parse(const char *text, char **end, unsigned base, bool *negative, bool *overflow)
{
    const char *at = text;
    while (is_space(*at)) {
        at++;
    }
    *negative = *at == '-';
    at += *at == '-' || *at == '+';
    if ((base == 0 || base == 16) && at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && digit_of(at[2]) < 16) {
        at += 2;
        base = 16;
    }
    base = base != 0 ? base : *at == '0' ? 8 : 10;
    uint64_t value = 0;
    const char *start = at;
    *overflow = false;
    for (unsigned digit; (digit = digit_of(*at)) < base; at++) {
        *overflow |= __builtin_mul_overflow(value, (uint64_t)base, &value);
        *overflow |= __builtin_add_overflow(value, (uint64_t)digit, &value);
    }
    if (end != NULL) {
        *end = (char *)(at == start ? text : at);
    }
    return *overflow ? UINT64_MAX : value;
}

unsigned long long strtoull(const char *restrict text, char **restrict end, int base)
{
    bool negative;
    bool overflow;
    uint64_t value = parse(text, end, (unsigned)base, &negative, &overflow);
    if (overflow) {
        errno = ERANGE;
        return value;
    }
    return negative ? 0 - value : value;
}

long long strtoll(const char *restrict text, char **restrict end, int base)
{
    bool negative;
    bool overflow;
    uint64_t value = parse(text, end, (unsigned)base, &negative, &overflow);
    uint64_t largest = (uint64_t)INT64_MAX + negative;
    if (value > largest) {
        errno = ERANGE;
        value = largest;
    }
    return (long long)(negative ? 0 - value : value);
}

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
    return strtoull(text, end, base);
}

long strtol(const char *restrict text, char **restrict end, int base)
{
    return strtoll(text, end, base);
}

int atoi(const char *text)
{
    return (int)strtoll(text, NULL, 10);
}

long atol(const char *text)
{
    return strtoll(text, NULL, 10);
}
