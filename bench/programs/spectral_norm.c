// The spectral norm of an infinite matrix: floating-point loops over arrays.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static double element(int64_t i, int64_t j) {
    return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(int64_t n, const double *v, double *result) {
    for (int64_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (int64_t j = 0; j < n; j++) sum += element(i, j) * v[j];
        result[i] = sum;
    }
}

static void multiply_transposed(int64_t n, const double *v, double *result) {
    for (int64_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (int64_t j = 0; j < n; j++) sum += element(j, i) * v[j];
        result[i] = sum;
    }
}

int main(int argc, char **argv) {
    (void)argc;
    int64_t n = atoll(argv[1]);
    double *u = malloc((size_t)n * sizeof *u);
    double *v = calloc((size_t)n, sizeof *v);
    double *scratch = calloc((size_t)n, sizeof *scratch);
    for (int64_t i = 0; i < n; i++) u[i] = 1.0;
    for (int round = 0; round < 10; round++) {
        multiply(n, u, scratch);
        multiply_transposed(n, scratch, v);
        multiply(n, v, scratch);
        multiply_transposed(n, scratch, u);
    }
    double vBv = 0.0;
    double vv = 0.0;
    for (int64_t i = 0; i < n; i++) {
        vBv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    printf("%.9f\n", sqrt(vBv / vv));
    return 0;
}
