/* Mathematics of the C library for WebAssembly. */
#ifndef BESKID_WASI_MATH_H
#define BESKID_WASI_MATH_H

#define NAN __builtin_nanf("")
#define INFINITY __builtin_inff()
#define isnan(number) __builtin_isnan(number)
#define isinf(number) __builtin_isinf(number)
#define isfinite(number) __builtin_isfinite(number)
#define signbit(number) __builtin_signbit(number)

/* In libcompiler_rt. */
double sqrt(double number);
double fabs(double number);
double floor(double number);
double ceil(double number);
double trunc(double number);
double exp(double number);
double log(double number);

double acos(double number);
double asin(double number);
double atan(double number);
double atan2(double y, double x);
double cbrt(double number);
double copysign(double number, double sign);
double cosh(double number);
double expm1(double number);
double frexp(double number, int *exponent);
double hypot(double x, double y);
double ldexp(double number, int exponent);
double log1p(double number);
double modf(double number, double *whole);
double nearbyint(double number);
double pow(double base, double exponent);
double rint(double number);
double roundeven(double number);
double scalbn(double number, int exponent);
double sinh(double number);
double tanh(double number);

float powf(float base, float exponent);
float rintf(float number);
float roundevenf(float number);

#endif
