/* The library of foreign_calls.bd. */
#include <stdint.h>
#include <time.h>

int32_t step(int32_t value)
{
    return value + 1;
}

int64_t through_view(const int64_t *values, int64_t length, int64_t capacity)
{
    return values[0] + (length == capacity);
}

int64_t through_pointer(const int64_t *values)
{
    return values[0] + 1;
}

int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}
