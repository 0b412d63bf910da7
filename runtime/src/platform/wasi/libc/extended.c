/* Sums of two doubles: the error of each operation is known exactly (Dekker 1971, Knuth). */
#include "platform/wasi/libc/extended.h"

#include <math.h>
#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

const BkExtended bk_pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
const BkExtended bk_half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

/* The logarithm of two in three parts; a whole number of 11 bits times the first one is exact. */
static const double log2_parts[3] = {0x1.62e42fefa38p-1, 0x1.ef35793c7673p-45, 0x1.f97b57a079a19p-103};

static BkExtended fast_sum(double larger, double smaller)
{
    double sum = larger + smaller;
    return (BkExtended){sum, smaller - (sum - larger)};
}

BkExtended bk_extended_of_sum(double left, double right)
{
    double sum = left + right;
    double part = sum - left;
    return (BkExtended){sum, (left - (sum - part)) + (right - part)};
}

BkExtended bk_extended_of_product(double left, double right)
{
    static const double splitter = 0x1p27 + 1;
    double product = left * right;
    double scaled = splitter * left;
    double left_high = scaled - (scaled - left);
    double left_low = left - left_high;
    scaled = splitter * right;
    double right_high = scaled - (scaled - right);
    double right_low = right - right_high;
    double error = left_high * right_high - product;
    error += left_high * right_low;
    error += left_low * right_high;
    return (BkExtended){product, error + left_low * right_low};
}

BkExtended bk_extended_sum(BkExtended left, BkExtended right)
{
    BkExtended high = bk_extended_of_sum(left.hi, right.hi);
    BkExtended low = bk_extended_of_sum(left.lo, right.lo);
    BkExtended sum = fast_sum(high.hi, high.lo + low.hi);
    return fast_sum(sum.hi, sum.lo + low.lo);
}

BkExtended bk_extended_difference(BkExtended left, BkExtended right)
{
    return bk_extended_sum(left, (BkExtended){-right.hi, -right.lo});
}

BkExtended bk_extended_product(BkExtended left, BkExtended right)
{
    BkExtended product = bk_extended_of_product(left.hi, right.hi);
    return fast_sum(product.hi, product.lo + (left.hi * right.lo + left.lo * right.hi));
}

BkExtended bk_extended_quotient(BkExtended left, BkExtended right)
{
    double first = left.hi / right.hi;
    BkExtended rest = bk_extended_difference(left, bk_extended_product(bk_extended(first), right));
    double second = rest.hi / right.hi;
    rest = bk_extended_difference(rest, bk_extended_product(bk_extended(second), right));
    BkExtended sum = fast_sum(first, second);
    return bk_extended_sum(sum, bk_extended(rest.hi / right.hi));
}

BkExtended bk_extended_root(BkExtended number)
{
    if (number.hi <= 0) {
        return bk_extended(0);
    }
    double root = sqrt(number.hi);
    BkExtended rest = bk_extended_difference(number, bk_extended_of_product(root, root));
    return fast_sum(root, rest.hi / (2 * root));
}

/* A power of two that is a normal number. */
static double power_of_two(int exponent)
{
    union {
        uint64_t bits;
        double value;
    } made = {(uint64_t)(exponent + 1023) << 52};
    return made.value;
}

BkExtended bk_extended_scaled(BkExtended number, int exponent)
{
    /* In two steps, because one factor alone may be below the normal numbers. */
    double factor = power_of_two(exponent / 2);
    double rest = power_of_two(exponent - exponent / 2);
    return (BkExtended){number.hi * factor * rest, number.lo * factor * rest};
}

double bk_extended_round(BkExtended number, int exponent)
{
    int own;
    frexp(number.hi, &own);
    int whole = own + exponent;
    if (number.hi == 0 || whole > 1100) {
        return ldexp(number.hi, exponent);
    }
    if (whole < -1150) {
        return copysign(0, number.hi);
    }
    if (whole > -1022) {
        return ldexp(number.hi + number.lo, exponent);
    }
    /* A number below the normal ones has fewer bits. The least normal one added to it rounds to its last bit, once. */
    double large = copysign(ldexp(1, -1022 - exponent), number.hi);
    BkExtended sum = bk_extended_of_sum(large, number.hi);
    double rounded = sum.hi + (sum.lo + number.lo);
    return copysign(ldexp(rounded - large, exponent), number.hi);
}

/* e^number - 1 by its series, for |number| < 2^-8. */
static BkExtended expm1_of_small(BkExtended number)
{
    BkExtended sum = bk_extended(0);
    for (int index = 11; index > 1; index--) {
        sum = bk_extended_product(bk_extended_sum(bk_extended(1), sum), number);
        sum = bk_extended_quotient(sum, bk_extended(index));
    }
    return bk_extended_product(bk_extended_sum(bk_extended(1), sum), number);
}

BkExtended bk_extended_expm1(BkExtended number)
{
    enum { HALVINGS = 8 };
    BkExtended result = expm1_of_small(bk_extended_scaled(number, -HALVINGS));
    for (int index = 0; index < HALVINGS; index++) {
        result = bk_extended_product(result, bk_extended_sum(bk_extended(2), result));
    }
    return result;
}

BkExtended bk_extended_exp(BkExtended number, int *exponent)
{
    double count = rint(number.hi / log2_parts[0]);
    BkExtended rest = bk_extended_sum(number, bk_extended(-count * log2_parts[0]));
    rest = bk_extended_sum(rest, bk_extended_of_product(-count, log2_parts[1]));
    rest = bk_extended_sum(rest, bk_extended(-count * log2_parts[2]));
    *exponent = (int)count;
    return bk_extended_sum(bk_extended(1), bk_extended_expm1(rest));
}

/* The logarithm by the series of the inverse hyperbolic tangent, for numbers near one. */
static BkExtended log_near_one(BkExtended number)
{
    BkExtended less = bk_extended_difference(number, bk_extended(1));
    BkExtended more = bk_extended_sum(number, bk_extended(1));
    BkExtended ratio = bk_extended_quotient(less, more);
    BkExtended square = bk_extended_product(ratio, ratio);
    BkExtended sum = bk_extended(0);
    for (int index = 23; index > 1; index -= 2) {
        sum = bk_extended_sum(sum, bk_extended_quotient(bk_extended(1), bk_extended(index)));
        sum = bk_extended_product(sum, square);
    }
    sum = bk_extended_product(ratio, bk_extended_sum(bk_extended(1), sum));
    return bk_extended_scaled(sum, 1);
}

BkExtended bk_extended_log(BkExtended number, int exponent)
{
    int own;
    double part = frexp(number.hi, &own);
    if (part < 0x1.6a09e667f3bcdp-1) {
        own--;
    }
    number = bk_extended_scaled(number, -own);
    BkExtended result;
    if (number.hi > 0.96875 && number.hi < 1.03125) {
        result = log_near_one(number);
    } else {
        /* One step of Newton from the logarithm of C: the rest is so small that its logarithm has two terms. */
        double near = log(number.hi);
        int zero;
        BkExtended power = bk_extended_exp(bk_extended(-near), &zero);
        power = bk_extended_scaled(power, zero);
        BkExtended rest = bk_extended_difference(bk_extended_product(number, power), bk_extended(1));
        result = bk_extended_sum(bk_extended(near), rest);
        result = bk_extended_sum(result, bk_extended(-rest.hi * rest.hi / 2));
    }
    double count = exponent + own;
    BkExtended powers = bk_extended_of_product(count, log2_parts[1]);
    powers = bk_extended_sum(bk_extended(count * log2_parts[0]), powers);
    powers = bk_extended_sum(powers, bk_extended(count * log2_parts[2]));
    return bk_extended_sum(powers, result);
}

/* The angle of a tangent from 0 to 1. */
static BkExtended angle_of_tangent(BkExtended tangent)
{
    enum { HALVINGS = 3 };
    BkExtended one = bk_extended(1);
    for (int index = 0; index < HALVINGS; index++) {
        BkExtended secant = bk_extended_root(bk_extended_sum(one, bk_extended_product(tangent, tangent)));
        tangent = bk_extended_quotient(tangent, bk_extended_sum(one, secant));
    }
    BkExtended square = bk_extended_product(tangent, tangent);
    square = (BkExtended){-square.hi, -square.lo};
    BkExtended sum = bk_extended(0);
    for (int index = 37; index > 1; index -= 2) {
        sum = bk_extended_sum(sum, bk_extended_quotient(one, bk_extended(index)));
        sum = bk_extended_product(sum, square);
    }
    return bk_extended_scaled(bk_extended_product(tangent, bk_extended_sum(one, sum)), HALVINGS);
}

BkExtended bk_extended_angle(BkExtended y, BkExtended x)
{
    BkExtended width = x.hi < 0 ? (BkExtended){-x.hi, -x.lo} : x;
    BkExtended angle;
    if (y.hi <= width.hi) {
        angle = angle_of_tangent(bk_extended_quotient(y, width));
    } else {
        angle = bk_extended_difference(bk_half_pi, angle_of_tangent(bk_extended_quotient(width, y)));
    }
    return x.hi < 0 ? bk_extended_difference(bk_pi, angle) : angle;
}
