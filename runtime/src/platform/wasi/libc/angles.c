/* Inverse trigonometric functions: one angle in extended arithmetic, rounded once. */
#include "platform/wasi/libc/extended.h"

#include <math.h>
#include <stdbool.h>

#pragma STDC FP_CONTRACT OFF

/* Beyond this ratio of powers of two the smaller coordinate does not change the angle to the farther axis. */
#define MAX_RATIO 64

static double round_angle(BkExtended angle, double sign)
{
    return copysign(bk_extended_round(angle, 0), sign);
}

/* The angle when one coordinate is zero or infinite. */
static double angle_at_limit(double y, double x)
{
    if (isinf(x) && isinf(y)) {
        /* 45 or 135 degrees. */
        BkExtended angle = bk_extended_angle(bk_extended(1), bk_extended(x > 0 ? 1 : -1));
        return round_angle(angle, y);
    }
    if (y == 0 || isinf(x)) {
        return signbit(x) ? round_angle(bk_pi, y) : copysign(0, y);
    }
    return round_angle(bk_half_pi, y);
}

double atan2(double y, double x)
{
    if (isnan(y) || isnan(x)) {
        return y + x;
    }
    if (y == 0 || x == 0 || isinf(y) || isinf(x)) {
        return angle_at_limit(y, x);
    }
    int height;
    int width;
    double y_part = frexp(fabs(y), &height);
    double x_part = frexp(x, &width);
    int ratio = height - width;
    if (ratio > MAX_RATIO) {
        return round_angle(bk_half_pi, y);
    }
    if (ratio < -MAX_RATIO) {
        return x > 0 ? y / x : round_angle(bk_pi, y);
    }
    return round_angle(bk_extended_angle(bk_extended(ldexp(y_part, ratio)), bk_extended(x_part)), y);
}

double atan(double number)
{
    return fabs(number) < 0x1p-30 ? number - number * number * number / 3 : atan2(number, 1);
}

/* The other side of a right triangle whose long side is one. */
static BkExtended other_side(double side)
{
    BkExtended less = bk_extended_of_sum(1, -side);
    BkExtended more = bk_extended_of_sum(1, side);
    return bk_extended_root(bk_extended_product(less, more));
}

double asin(double number)
{
    double size = fabs(number);
    if (isnan(number) || size > 1) {
        return (double)NAN;
    }
    if (size < 0x1p-30) {
        return number + number * number * number / 6;
    }
    return round_angle(bk_extended_angle(bk_extended(size), other_side(size)), number);
}

double acos(double number)
{
    if (isnan(number) || fabs(number) > 1) {
        return (double)NAN;
    }
    return bk_extended_round(bk_extended_angle(other_side(number), bk_extended(number)), 0);
}
