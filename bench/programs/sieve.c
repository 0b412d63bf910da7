// The sieve of Eratosthenes over bytes: strided stores.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t count_primes(int64_t limit) {
    uint8_t *composite = calloc((size_t)limit + 1, 1);
    for (int64_t i = 2; i * i <= limit; i++) {
        if (composite[i] == 0) {
            for (int64_t j = i * i; j <= limit; j += i) composite[j] = 1;
        }
    }
    int64_t count = 0;
    for (int64_t n = 2; n <= limit; n++) {
        if (composite[n] == 0) count++;
    }
    free(composite);
    return count;
}

int main(int argc, char **argv) {
    (void)argc;
    int64_t limit = atoll(argv[1]);
    int64_t count = 0;
    for (int round = 0; round < 5; round++) count = count_primes(limit);
    printf("%lld\n", (long long)count);
    return 0;
}
