/* Powers, exponentials and logarithms beside those of libcompiler_rt, and what is made of them. */
#include "platform/wasi/libc/extended.h"

#include <math.h>
#include <stdbool.h>

#pragma STDC FP_CONTRACT OFF

/* No power of a larger exponent is finite, and no smaller one differs from zero. */
#define MAX_LOGARITHM 750

static bool is_whole(double number)
{
    return trunc(number) == number;
}

static bool is_odd(double number)
{
    return is_whole(number) && fabs(number) < 0x1p53 && !is_whole(number / 2);
}

/* The power of a base that is zero or infinite. */
static double power_of_limit(double base, double exponent)
{
    bool is_large = (base == 0) == (exponent < 0);
    double result = is_large ? (double)INFINITY : 0;
    return signbit(base) && is_odd(exponent) ? -result : result;
}

/* The power for an infinite exponent. */
static double limit_of_power(double base, double exponent)
{
    double size = fabs(base);
    if (size == 1) {
        return 1;
    }
    return (size > 1) == (exponent > 0) ? (double)INFINITY : 0;
}

double pow(double base, double exponent)
{
    if (exponent == 0 || base == 1) {
        return 1;
    }
    if (isnan(base) || isnan(exponent)) {
        return base + exponent;
    }
    if (isinf(exponent)) {
        return limit_of_power(base, exponent);
    }
    if (base == 0 || isinf(base)) {
        return power_of_limit(base, exponent);
    }
    if (base < 0 && !is_whole(exponent)) {
        return (double)NAN;
    }
    double sign = base < 0 && is_odd(exponent) ? -1 : 1;
    int scale;
    double part = frexp(fabs(base), &scale);
    BkExtended logarithm = bk_extended_log(bk_extended(part), scale);
    double estimate = logarithm.hi * exponent;
    if (fabs(estimate) > MAX_LOGARITHM) {
        return sign * (estimate > 0 ? (double)INFINITY : 0);
    }
    BkExtended wanted = bk_extended_product(logarithm, bk_extended(exponent));
    BkExtended result = bk_extended_exp(wanted, &scale);
    return sign * bk_extended_round(result, scale);
}

float powf(float base, float exponent)
{
    return (float)pow((double)base, (double)exponent);
}

double expm1(double number)
{
    if (number == 0 || isnan(number) || number > MAX_LOGARITHM) {
        return number > 0 ? (double)INFINITY : number;
    }
    if (number < -50) {
        return -1;
    }
    if (fabs(number) < 0.25) {
        return fabs(number) < 0x1p-60 ? number : bk_extended_round(bk_extended_expm1(bk_extended(number)), 0);
    }
    int scale;
    BkExtended power = bk_extended_exp(bk_extended(number), &scale);
    if (scale > 100) {
        return bk_extended_round(power, scale);
    }
    return bk_extended_round(bk_extended_difference(bk_extended_scaled(power, scale), bk_extended(1)), 0);
}

double log1p(double number)
{
    if (fabs(number) < 0x1p-60 || isnan(number) || number == (double)INFINITY) {
        return number;
    }
    if (number <= -1) {
        return number == -1 ? -(double)INFINITY : (double)NAN;
    }
    return bk_extended_round(bk_extended_log(bk_extended_of_sum(1, number), 0), 0);
}

/* e^number - 1 for 0 < number < 50. */
static BkExtended power_less_one(double number)
{
    if (number < 0.25) {
        return bk_extended_expm1(bk_extended(number));
    }
    int scale;
    BkExtended power = bk_extended_exp(bk_extended(number), &scale);
    return bk_extended_difference(bk_extended_scaled(power, scale), bk_extended(1));
}

/* e^number / 2, which is the hyperbolic sine and cosine of large numbers. */
static double half_of_power(double number)
{
    if (number > MAX_LOGARITHM) {
        return (double)INFINITY;
    }
    int scale;
    BkExtended power = bk_extended_exp(bk_extended(number), &scale);
    return bk_extended_round(power, scale - 1);
}

double sinh(double number)
{
    double size = fabs(number);
    if (size < 0x1p-60 || isnan(number)) {
        return number;
    }
    if (size > 40) {
        return copysign(half_of_power(size), number);
    }
    BkExtended less = power_less_one(size);
    BkExtended sum = bk_extended_sum(less, bk_extended_quotient(less, bk_extended_sum(less, bk_extended(1))));
    return copysign(bk_extended_round(sum, -1), number);
}

double cosh(double number)
{
    double size = fabs(number);
    if (isnan(number) || size > 40) {
        return isnan(number) ? number : half_of_power(size);
    }
    if (size < 0x1p-30) {
        return 1;
    }
    BkExtended power = bk_extended_sum(power_less_one(size), bk_extended(1));
    return bk_extended_round(bk_extended_sum(power, bk_extended_quotient(bk_extended(1), power)), -1);
}

double tanh(double number)
{
    double size = fabs(number);
    if (size < 0x1p-60 || isnan(number)) {
        return number;
    }
    if (size > 20) {
        return copysign(1, number);
    }
    BkExtended less = power_less_one(2 * size);
    BkExtended result = bk_extended_quotient(less, bk_extended_sum(less, bk_extended(2)));
    return copysign(bk_extended_round(result, 0), number);
}

double cbrt(double number)
{
    if (number == 0 || isnan(number) || isinf(number)) {
        return number;
    }
    int scale;
    double part = frexp(fabs(number), &scale);
    int rest = scale % 3;
    part = ldexp(part, rest);
    /* One step of Newton in extended arithmetic from a root of about fifty bits. */
    double root = exp(log(part) / 3);
    BkExtended square = bk_extended_of_product(root, root);
    BkExtended error = bk_extended_difference(bk_extended_product(square, bk_extended(root)), bk_extended(part));
    BkExtended step = bk_extended_quotient(error, bk_extended_product(square, bk_extended(3)));
    BkExtended result = bk_extended_difference(bk_extended(root), step);
    return copysign(bk_extended_round(result, (scale - rest) / 3), number);
}

double hypot(double x, double y)
{
    if (isinf(x) || isinf(y)) {
        return (double)INFINITY;
    }
    if (isnan(x) || isnan(y)) {
        return x + y;
    }
    double larger = fabs(x) > fabs(y) ? fabs(x) : fabs(y);
    double smaller = fabs(x) > fabs(y) ? fabs(y) : fabs(x);
    if (smaller == 0) {
        return larger;
    }
    int scale;
    int other;
    larger = frexp(larger, &scale);
    frexp(smaller, &other);
    if (scale - other > 60) {
        return ldexp(larger, scale);
    }
    smaller = ldexp(smaller, -scale);
    BkExtended sum = bk_extended_sum(bk_extended_of_product(larger, larger), bk_extended_of_product(smaller, smaller));
    return bk_extended_round(bk_extended_root(sum), scale);
}
