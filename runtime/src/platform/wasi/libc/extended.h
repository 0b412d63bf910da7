/* Arithmetic on sums of two doubles, about 100 bits, from which results are rounded once. */
#ifndef BESKID_WASI_EXTENDED_H
#define BESKID_WASI_EXTENDED_H

/* hi + lo, where hi is the nearest double to the sum. */
typedef struct BkExtended {
    double hi;
    double lo;
} BkExtended;

extern const BkExtended bk_pi;
extern const BkExtended bk_half_pi;

BkExtended bk_extended_sum(BkExtended left, BkExtended right);
BkExtended bk_extended_difference(BkExtended left, BkExtended right);
BkExtended bk_extended_product(BkExtended left, BkExtended right);
BkExtended bk_extended_quotient(BkExtended left, BkExtended right);
BkExtended bk_extended_root(BkExtended number);

static inline BkExtended bk_extended(double number)
{
    return (BkExtended){number, 0};
}

/* Exact. */
BkExtended bk_extended_of_sum(double left, double right);
BkExtended bk_extended_of_product(double left, double right);
BkExtended bk_extended_scaled(BkExtended number, int exponent);

/* e^number is the result times 2^exponent; |number| < 1000. */
BkExtended bk_extended_exp(BkExtended number, int *exponent);
/* e^number - 1 for |number| < 1. */
BkExtended bk_extended_expm1(BkExtended number);
/* The logarithm of number * 2^exponent, for a positive number. */
BkExtended bk_extended_log(BkExtended number, int exponent);
/* The angle of the point (x, y), y >= 0, of which one is not zero; neither is near the limits of doubles. */
BkExtended bk_extended_angle(BkExtended y, BkExtended x);
/* number * 2^exponent, rounded once. */
double bk_extended_round(BkExtended number, int exponent);

#endif
