/* The same loop in C, through a function pointer. */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words)
{
    void *library = count > 1 ? dlopen(words[1], RTLD_NOW) : NULL;
    if (library == NULL) {
        return 1;
    }
    int32_t (*volatile held)(int32_t) = (int32_t (*)(int32_t))dlsym(library, "step");
    int64_t (*now)(void) = (int64_t (*)(void))dlsym(library, "now");
    int32_t (*step)(int32_t) = held;
    int64_t begin = now();
    int32_t value = 1;
    for (int64_t i = 0; i < 200000000; i++) {
        value = step(value);
    }
    printf("%" PRId64 " %" PRId32 "\n", now() - begin, value);
    return 0;
}
