/* Numbers as exact decimal digits, for reading and printing floating-point numbers. */
#ifndef BESKID_WASI_DIGITS_H
#define BESKID_WASI_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

/* A number halfway between two of 64 bits has at most 767 digits. */
#define BK_MAX_DIGITS 800

/* 0.d1d2d3… * 10^point, without zeros at the end. */
typedef struct BkDigits {
    int count;
    int point;
    bool truncated; /* nonzero digits follow those that are kept */
    uint8_t digits[BK_MAX_DIGITS];
} BkDigits;

/* Multiplies by two to the power of `count`, which may be negative. */
void bk_digits_shift(BkDigits *number, int count);
/* The nearest whole number, ties to even; the number is less than 2^63. */
uint64_t bk_digits_round(const BkDigits *number);
/* Rounds to `count` digits, ties to even; `count` may be negative or zero. */
void bk_digits_keep(BkDigits *number, int count);

#endif
