/* Points of the Mandelbrot set on a grid: floating-point arithmetic with unpredictable loop ends. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t iterations(double re, double im)
{
    double x = 0, y = 0;
    int64_t n = 0;
    while (n < 50 && x * x + y * y <= 4.0) {
        double next = x * x - y * y + re;
        y = 2.0 * x * y + im;
        x = next;
        n++;
    }
    return n;
}

int main(int count, char **arguments)
{
    int64_t size = count > 1 ? atoll(arguments[1]) : 0, inside = 0, sum = 0;
    for (int64_t row = 0; row < size; row++) {
        double im = 2.0 * (double)row / (double)size - 1.0;
        for (int64_t column = 0; column < size; column++) {
            int64_t n = iterations(2.0 * (double)column / (double)size - 1.5, im);
            sum += n;
            inside += n == 50;
        }
    }
    printf("%ld %ld\n", (long)inside, (long)sum);
    return 0;
}
