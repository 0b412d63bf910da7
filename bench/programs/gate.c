/* How long an entry into the runtime takes, gate included: from inside an entry, so that nothing else is prepared. */
#include "beskid_abi.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define ROUNDS 1000000

extern const BeskidProgram beskid_program;

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

static int64_t entry(void **stack, void *arguments)
{
    (void)stack;
    (void)arguments;
    int64_t start = now();
    for (int round = 0; round < ROUNDS; round++) {
        beskid_call(&beskid_program, (void *)(uintptr_t)nothing, NULL, 0);
    }
    printf("%" PRId64 "\n", (now() - start) / (ROUNDS / 1000));
    return 0;
}

__attribute__((visibility("hidden"))) const BeskidProgram beskid_program = {
    BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, NULL, 0, entry, "gate",
};
