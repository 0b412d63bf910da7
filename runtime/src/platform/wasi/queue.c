/* The queue of one thread: a module of WebAssembly has no others. */
#include "platform/platform.h"

void bk_os_queue_wait(bool (*take)(void))
{
    take();
}

void bk_os_queue_wake(void)
{
}
