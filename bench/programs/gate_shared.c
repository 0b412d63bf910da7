/* How long a file that is linked with the shared runtime takes to be compared with it. The runtime remembers the last
 * program that it compared, so two that take turns are compared at each entry, and one alone at the first only. */
#include "beskid_abi.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define ROUNDS 20000

extern const BeskidProgram programs[2];

static int64_t nothing(void **stack, void *argument)
{
    (void)stack;
    (void)argument;
    return 0;
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t entries(int64_t step)
{
    int64_t start = now();
    for (int64_t round = 0; round < ROUNDS; round++) {
        beskid_call(&programs[round * step % 2], (void *)(uintptr_t)nothing, NULL, 0);
    }
    return now() - start;
}

static int64_t entry(void **stack, void *arguments)
{
    (void)stack;
    (void)arguments;
    int64_t without = entries(0);
    printf("%" PRId64 "\n", (entries(1) - without) / (ROUNDS / 1000));
    return 0;
}

const BeskidProgram programs[2] = {
    {BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, NULL, 0, entry, "gate"},
    {BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, NULL, 0, entry, "gate"},
};

int main(int argument_count, char **arguments)
{
    return (int)beskid_enter(&programs[0], argument_count, arguments, BESKID_ENTER_EXECUTABLE);
}
