/* The parts of floating-point numbers, and rounding, which is an instruction. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define FRACTION_BITS 52
#define BIAS 1023
#define FIELD_MASK 0x7FF

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static double number_of(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

double frexp(double number, int *exponent)
{
    int field = (int)(bits_of(number) >> FRACTION_BITS & FIELD_MASK);
    *exponent = 0;
    if (number == 0 || field == FIELD_MASK) {
        return number;
    }
    int shift = 0;
    if (field == 0) {
        shift = 64;
        number *= 0x1p64;
        field = (int)(bits_of(number) >> FRACTION_BITS & FIELD_MASK);
    }
    *exponent = field - BIAS + 1 - shift;
    uint64_t others = ~((uint64_t)FIELD_MASK << FRACTION_BITS);
    return number_of((bits_of(number) & others) | (uint64_t)(BIAS - 1) << FRACTION_BITS);
}

static double power_of_two(int exponent)
{
    return number_of((uint64_t)(exponent + BIAS) << FRACTION_BITS);
}

double ldexp(double number, int exponent)
{
    /* Only the last step may leave the normal numbers, so the result is rounded once. */
    while (exponent > 1000) {
        number *= power_of_two(1000);
        exponent -= 1000;
        if (isinf(number)) {
            return number;
        }
    }
    if (exponent >= -900) {
        return number * power_of_two(exponent);
    }
    int own;
    double part = frexp(number, &own);
    if (number == 0 || !isfinite(number)) {
        return number;
    }
    int64_t whole = (int64_t)own + exponent;
    if (whole < -1080) {
        return copysign(0, number);
    }
    return part * power_of_two(whole > -1000 ? (int)whole : -1000) *
           (whole > -1000 ? 1 : power_of_two((int)whole + 1000));
}

double scalbn(double number, int exponent)
{
    return ldexp(number, exponent);
}

double modf(double number, double *whole)
{
    *whole = trunc(number);
    return copysign(isinf(number) ? 0 : number - *whole, number);
}

double copysign(double number, double sign)
{
    return __builtin_copysign(number, sign);
}

double rint(double number)
{
    return __builtin_rint(number);
}

double nearbyint(double number)
{
    return __builtin_nearbyint(number);
}

double roundeven(double number)
{
    return __builtin_roundeven(number);
}

float rintf(float number)
{
    return __builtin_rintf(number);
}

float roundevenf(float number)
{
    return __builtin_roundevenf(number);
}
