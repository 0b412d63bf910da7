/* Stacks of WebAssembly: the engine keeps the return addresses, and a module has one stack for variables in memory.
 * Generated code checks its slots, the linker places the stack below everything else, and engines end a program that
 * leaves either of theirs. */
#include "platform/platform.h"

bool bk_os_on_large_stack(void (*function)(void *), void *argument, uint64_t size)
{
    (void)size;
    function(argument);
    return true;
}

void bk_os_use_thread_stack(void)
{
}

uintptr_t bk_os_thread(void)
{
    return 1;
}
