/* The product of two square matrices: three nested loops over flat arrays. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atoll(arguments[1]) : 1;
    double *a = calloc((size_t)(n * n), sizeof *a);
    double *b = calloc((size_t)(n * n), sizeof *b);
    double *c = calloc((size_t)(n * n), sizeof *c);
    for (int64_t i = 0; i < n * n; i++) {
        a[i] = (double)(i % 7);
        b[i] = (double)(i % 5);
    }
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < n; k++) {
            double factor = a[i * n + k];
            for (int64_t j = 0; j < n; j++) {
                c[i * n + j] += factor * b[k * n + j];
            }
        }
    }
    double trace = 0;
    for (int64_t i = 0; i < n; i++) {
        trace += c[i * n + i];
    }
    printf("%ld\n", (long)trace);
    return 0;
}
